/** What servers print, read from files. */
@NullMarked
package dev.stoker.infrastructure.output;

import org.jspecify.annotations.NullMarked;
