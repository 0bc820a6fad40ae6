/** The control API of a daemon. */
@NullMarked
package dev.stoker.http.control;

import org.jspecify.annotations.NullMarked;
