/** The use cases of a daemon, for other processes. */
@NullMarked
package dev.stoker.http.client;

import org.jspecify.annotations.NullMarked;
