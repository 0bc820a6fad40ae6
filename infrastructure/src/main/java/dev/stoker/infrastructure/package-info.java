/** The entry point, the settings, and what several adapters share. */
@NullMarked
package dev.stoker.infrastructure;

import org.jspecify.annotations.NullMarked;
