package dev.stoker.testing;

import dev.stoker.application.port.out.GpuProbe;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** GPUs of which a test says what they are and who holds their memory; without that, none. */
public final class FakeGpus implements GpuProbe {
  private static final long GIB = 1L << 30;

  private final List<GpuInfo> devices = new ArrayList<>();
  private final List<Consumer<GpuReport>> watchers = new CopyOnWriteArrayList<>();
  private @Nullable List<GpuHolder> holders;
  private @Nullable GpuSource source;

  FakeGpus() {}

  /** From now on it can be told who holds what: nobody yet. */
  public void canTell() {
    holders = new ArrayList<>();
  }

  /** Another device is here, numbered on. */
  public GpuInfo add(long totalGib, long freeGib) {
    String index = Integer.toString(devices.size());
    GpuInfo device =
        GpuInfo.of(GpuVendor.NVIDIA, index)
            .uuid("GPU-" + index)
            .name("Fake GPU")
            .measured(Measure.TOTAL_MEMORY, totalGib * GIB)
            .measured(Measure.USED_MEMORY, (totalGib - freeGib) * GIB)
            .measured(Measure.AVAILABLE_MEMORY, freeGib * GIB)
            .measured(Measure.UTILIZATION, 0)
            .done();
    devices.add(device);
    source = GpuSource.of(GpuVendor.NVIDIA, "fake", "1.0");
    return device;
  }

  /** A device is as it is said here from now on. */
  public void replace(GpuInfo device) {
    devices.replaceAll(each -> each.deviceId().equals(device.deviceId()) ? device : each);
  }

  /** Nothing is here, for that reason. */
  public void fail(GpuSource why) {
    devices.clear();
    source = why;
  }

  /** A process holds memory. */
  public void hold(GpuHolder holder) {
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
      hold(new GpuHolder("GPU-0", pid, "", new ByteSize(GIB)));
    }
  }

  /** All is given back. */
  public void lagNoMore() {
    if (holders != null) {
      holders.clear();
    }
  }

  /** Tells who watches how it is now. */
  public void tell() {
    watchers.forEach(watcher -> watcher.accept(look()));
  }

  @Override
  public GpuReport look() {
    List<GpuHolder> known = holders;
    GpuSource asked = source;
    return new GpuReport(
        devices,
        known == null ? List.of() : known,
        known != null,
        asked == null ? List.of() : List.of(asked),
        List.of());
  }

  @Override
  public Watch watch(Duration every, Consumer<GpuReport> told) {
    watchers.add(told);
    return () -> watchers.remove(told);
  }
}
