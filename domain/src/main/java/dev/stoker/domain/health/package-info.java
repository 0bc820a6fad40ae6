/** What a health check can find, and how many bad ones in a row count. */
@NullMarked
package dev.stoker.domain.health;

import org.jspecify.annotations.NullMarked;
