/** The use cases, and the supervisor that runs the machine's effects. */
@NullMarked
package dev.stoker.application.service;

import org.jspecify.annotations.NullMarked;
