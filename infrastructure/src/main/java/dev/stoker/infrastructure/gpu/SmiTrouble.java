package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuTrouble;
import java.util.Map;

/**
 * Why {@code nvidia-smi} as a whole failed: its exit code is NVML's answer to the first call where
 * that is small, and its words tell the rest ({@code facts-hub-and-gpu.md} E4).
 */
final class SmiTrouble {
  private static final Map<Integer, GpuTrouble> BY_CODE =
      Map.of(
          4, GpuTrouble.NO_PERMISSION,
          6, GpuTrouble.NO_DEVICE,
          8, GpuTrouble.NO_DEVICE,
          9, GpuTrouble.NO_DRIVER,
          12, GpuTrouble.NO_DRIVER,
          17, GpuTrouble.BLOCKED,
          18, GpuTrouble.MISMATCH);

  private SmiTrouble() {}

  /** {@return whether it failed for one GPU, and answers for the others when asked one by one} */
  static boolean isOfOneGpu(Tools.Said said) {
    return said.code() != 0
        && said.text().contains("Unable to determine the device handle for GPU");
  }

  /** {@return why} */
  static GpuTrouble of(Tools.Said said) {
    String text = said.text();
    if (text.contains("version mismatch")) {
      return GpuTrouble.MISMATCH;
    }
    if (text.contains("blocked by the operating system")
        || text.contains("Failed to initialize NVML: Unknown Error")) {
      return GpuTrouble.BLOCKED;
    }
    if (text.contains("couldn't communicate with the NVIDIA driver")
        || text.contains("couldn't find libnvidia-ml.so")) {
      return GpuTrouble.NO_DRIVER;
    }
    if (text.contains("Insufficient Permissions")) {
      return GpuTrouble.NO_PERMISSION;
    }
    if (text.contains("No devices were found")) {
      return GpuTrouble.NO_DEVICE;
    }
    return BY_CODE.getOrDefault(said.code(), GpuTrouble.BROKEN);
  }
}
