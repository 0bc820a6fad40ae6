package dev.stoker.testing;

import dev.stoker.application.port.out.GpuProbe;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GPUs whose memory is held by whom a test says. */
public final class FakeGpus implements GpuProbe {
  private @Nullable List<Holder> holders;

  FakeGpus() {}

  /** From now on it can be told who holds what: nobody yet. */
  public void canTell() {
    holders = new ArrayList<>();
  }

  /** A process holds memory. */
  public void hold(Holder holder) {
    if (holders != null) {
      holders.add(holder);
    }
  }

  /** The memory of a process was given back. */
  public void giveBack(long pid) {
    if (holders != null) {
      holders.removeIf(holder -> holder.pid() == pid);
    }
  }

  /** The driver gives the memory of a process back late, or no more. */
  public void lag(long pid, boolean lags) {
    giveBack(pid);
    if (lags) {
      hold(new Holder("0", pid, new ByteSize(1 << 30)));
    }
  }

  /** All is given back. */
  public void lagNoMore() {
    if (holders != null) {
      holders.clear();
    }
  }

  @Override
  public Optional<List<Holder>> holders() {
    return Optional.ofNullable(holders).map(List::copyOf);
  }
}
