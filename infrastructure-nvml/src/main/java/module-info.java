import dev.stoker.infrastructure.GpuLibrary;
import dev.stoker.nvml.NvmlLoader;

/**
 * NVIDIA GPUs by NVML, the library of the driver, called in process. Optional: where this module is
 * not on the module path, {@code nvidia-smi} is asked.
 */
module dev.stoker.nvml {
  requires dev.stoker.infrastructure;
  requires org.slf4j;

  provides GpuLibrary.Loader with
      NvmlLoader;
}
