/** Asking servers over HTTP. */
@NullMarked
package dev.stoker.infrastructure.http;

import org.jspecify.annotations.NullMarked;
