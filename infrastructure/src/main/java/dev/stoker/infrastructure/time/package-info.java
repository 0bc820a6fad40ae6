/** Clock and threads. */
@NullMarked
package dev.stoker.infrastructure.time;

import org.jspecify.annotations.NullMarked;
