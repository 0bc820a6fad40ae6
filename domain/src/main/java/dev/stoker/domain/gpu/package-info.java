/** Accelerators: what is known of them, who holds their memory, what their names mean. */
@NullMarked
package dev.stoker.domain.gpu;

import org.jspecify.annotations.NullMarked;
