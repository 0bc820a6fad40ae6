/** Processes and ports, by way of /proc. */
@NullMarked
package dev.stoker.infrastructure.process;

import org.jspecify.annotations.NullMarked;
