package dev.stoker.domain.gpu;

import dev.stoker.domain.unit.ByteSize;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one accelerator held by one process. Drivers give it back some time after the process
 * is gone: it is listed until then.
 *
 * @param device the accelerator's {@link GpuInfo#key}
 * @param pid the process, which may be gone
 * @param name its program, as the driver or the kernel names it; empty when unknown
 * @param held how much; null where the driver does not say
 */
public record GpuHolder(String device, long pid, String name, @Nullable ByteSize held) {
  /** {@return such as {@code pid 4711 (python3) with 21.3 GiB}} */
  public String describe() {
    String program = name.isEmpty() ? "" : " (" + name + ")";
    return "pid " + pid + program + (held == null ? "" : " with " + held);
  }
}
