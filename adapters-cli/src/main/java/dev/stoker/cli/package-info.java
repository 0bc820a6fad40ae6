/** The way in. */
@NullMarked
package dev.stoker.cli;

import org.jspecify.annotations.NullMarked;
