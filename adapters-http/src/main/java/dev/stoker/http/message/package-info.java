/** What goes over the wire, and what commands print as JSON: one shape for both. */
@NullMarked
package dev.stoker.http.message;

import org.jspecify.annotations.NullMarked;
