/** Messages of the HTTP side. */
@NullMarked
package dev.stoker.http;

import org.jspecify.annotations.NullMarked;
