/** How far a start has come, and how long it will still take. */
@NullMarked
package dev.stoker.domain.progress;

import org.jspecify.annotations.NullMarked;
