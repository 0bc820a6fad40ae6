/** Accelerators: NVIDIA by NVML or nvidia-smi, AMD by sysfs, amd-smi or rocm-smi. */
@NullMarked
package dev.stoker.infrastructure.gpu;

import org.jspecify.annotations.NullMarked;
