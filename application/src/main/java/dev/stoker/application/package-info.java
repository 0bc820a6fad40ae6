/** The entry point, the options of a service and what is told of it. */
@NullMarked
package dev.stoker.application;

import org.jspecify.annotations.NullMarked;
