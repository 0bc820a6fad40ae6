/** The model that Stoker brings. */
@NullMarked
package dev.stoker.infrastructure.demo;

import org.jspecify.annotations.NullMarked;
