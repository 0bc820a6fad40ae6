/** Telling others of incidents. */
@NullMarked
package dev.stoker.infrastructure.hook;

import org.jspecify.annotations.NullMarked;
