package dev.stoker.application.port.out;

import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import java.util.Optional;

/** Who holds the memory of the machine's GPUs. Calls block, shortly. */
public interface GpuProbe {
  /** {@return every process that holds memory of a device; empty when that cannot be told} */
  Optional<List<Holder>> holders();

  /**
   * Memory of one device held by one process. Drivers give it back some time after the process is
   * gone: it is listed until then.
   *
   * @param device as the machine numbers or names it
   * @param pid the process, which may be gone
   * @param held how much
   */
  record Holder(String device, long pid, ByteSize held) {}
}
