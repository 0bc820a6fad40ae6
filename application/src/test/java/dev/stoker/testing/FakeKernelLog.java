package dev.stoker.testing;

import dev.stoker.application.port.out.KernelLog;
import dev.stoker.domain.gpu.Xid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A kernel that says what a test lets it say. */
public final class FakeKernelLog implements KernelLog {
  private final List<Xid> errors = new ArrayList<>();

  FakeKernelLog() {}

  /** A GPU's driver reports an error. */
  public void report(int xid) {
    errors.add(Xid.of(xid));
  }

  @Override
  public Optional<String> outOfMemory(Set<Long> pids) {
    return Optional.empty();
  }

  @Override
  public List<Xid> gpuErrors(Duration since, Set<String> buses) {
    return List.copyOf(errors);
  }
}
