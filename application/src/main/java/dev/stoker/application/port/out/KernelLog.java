package dev.stoker.application.port.out;

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
}
