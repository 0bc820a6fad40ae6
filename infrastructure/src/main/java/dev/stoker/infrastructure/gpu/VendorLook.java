package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuReport;
import java.time.Duration;

/** One vendor's accelerators. Used by one thread at a time. */
interface VendorLook {
  /**
   * {@return what is known; nothing where there is no sign of the vendor} May block.
   *
   * @param fresh whether it must be so now; else what was told some seconds ago will do
   */
  GpuReport look(boolean fresh);

  /** Looks will come every so often; what makes them cheaper may be kept ready. */
  default void expect(Duration every) {}

  /** No looks are expected any more. */
  default void relax() {}
}
