/** Who may call, for everything that listens. */
@NullMarked
package dev.stoker.http.access;

import org.jspecify.annotations.NullMarked;
