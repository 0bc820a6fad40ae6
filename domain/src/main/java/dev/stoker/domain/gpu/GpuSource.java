package dev.stoker.domain.gpu;

import org.jspecify.annotations.Nullable;

/**
 * Where knowledge of a vendor's accelerators came from, or why it did not.
 *
 * @param vendor whose
 * @param tool what was asked, such as {@code NVML}, {@code nvidia-smi} or {@code sysfs}
 * @param driver the driver's version; empty when unknown
 * @param trouble why nothing is known; null when something is
 * @param said its own words where there is trouble; empty otherwise
 */
public record GpuSource(
    GpuVendor vendor, String tool, String driver, @Nullable GpuTrouble trouble, String said) {
  /** {@return one that answered} */
  public static GpuSource of(GpuVendor vendor, String tool, String driver) {
    return new GpuSource(vendor, tool, driver, null, "");
  }

  /** {@return one that did not} */
  public static GpuSource failed(GpuVendor vendor, String tool, GpuTrouble trouble, String said) {
    return new GpuSource(vendor, tool, "", trouble, said);
  }
}
