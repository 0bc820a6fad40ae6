/** NVIDIA GPUs by the library of their driver. */
@NullMarked
package dev.stoker.nvml;

import org.jspecify.annotations.NullMarked;
