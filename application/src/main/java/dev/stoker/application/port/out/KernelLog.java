package dev.stoker.application.port.out;

import dev.stoker.domain.gpu.Xid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the kernel says of processes that it ended. Calls block, shortly. */
public interface KernelLog {
  /**
   * {@return the line that says that the kernel ended one of these for lack of memory; empty when
   * there is none, or the log may not be read}
   *
   * @param pids processes that are gone
   */
  Optional<String> outOfMemory(Set<Long> pids);

  /**
   * {@return what a GPU's driver reported since then, oldest first; empty when nothing, or the log
   * may not be read}
   *
   * @param since the machine's uptime
   * @param buses where the GPUs are plugged that are asked about
   */
  List<Xid> gpuErrors(Duration since, Set<String> buses);
}
