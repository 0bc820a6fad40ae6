/** Whether a model fits the memory of devices, and what would make it fit. */
@NullMarked
package dev.stoker.domain.fit;

import org.jspecify.annotations.NullMarked;
