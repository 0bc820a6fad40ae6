package dev.stoker.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Xid;
import dev.stoker.infrastructure.GpuLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * NVML, begun when it is first asked and begun anew when its handles have become worthless (after a
 * GPU was lost, or the driver loaded again). For one thread.
 */
final class NvmlLibrary implements GpuLibrary {
  static final String TOOL = "NVML";

  /** A GPU's errors by number, and nothing else. */
  private static final long XID_EVENTS = 0x8;

  private static final int MOST_EVENTS = 64;
  private static final int VERSION_TEXT = 80;
  private static final Duration BETWEEN_BEGINNINGS = Duration.ofMinutes(1);

  private final NvmlFunctions nvml;
  private final Duration between;
  private final MemorySegment scratch = Arena.ofAuto().allocate(128, 8);
  private final List<NvmlDevice> devices = new ArrayList<>();

  /** GPUs that NVML counts, and gives no handle of. */
  private final List<GpuInfo> unreachable = new ArrayList<>();

  private final Deque<GpuEvent> events = new ArrayDeque<>();
  private @Nullable MemorySegment eventSet;
  private boolean begun;
  private long beganAt;
  private int count;
  private String driver = "";

  NvmlLibrary(NvmlFunctions nvml) {
    this(nvml, BETWEEN_BEGINNINGS);
  }

  /** For tests: another time until one that stays away is asked for again. */
  NvmlLibrary(NvmlFunctions nvml, Duration between) {
    this.nvml = nvml;
    this.between = between;
  }

  @Override
  public GpuReport look() {
    int now = begun ? count() : count;
    if (now < 0) {
      end();
      return failed(-now);
    }
    if (now != count) {
      end();
    }
    if (!begun) {
      int code = nvml.call("nvmlInit_v2");
      if (code != NvmlCode.SUCCESS) {
        return failed(code);
      }
      begin();
      if (count < 0) {
        int why = -count;
        end();
        return failed(why);
      }
    }
    List<GpuInfo> infos = new ArrayList<>();
    List<GpuHolder> holders = new ArrayList<>();
    // Beginning anew may load the driver anew: not at each look for one that stays away.
    boolean worthless = !unreachable.isEmpty() && System.nanoTime() - beganAt > between.toNanos();
    for (NvmlDevice device : devices) {
      device.read(infos, holders);
      worthless |= NvmlCode.needsNewStart(device.worst());
    }
    infos.addAll(unreachable);
    readEvents();
    if (infos.isEmpty()) {
      end();
      return GpuReport.failed(
          GpuSource.failed(GpuVendor.NVIDIA, TOOL, GpuTrouble.NO_DEVICE, "no devices were found"));
    }
    GpuReport report =
        new GpuReport(
            infos,
            holders,
            true,
            List.of(GpuSource.of(GpuVendor.NVIDIA, TOOL, driver)),
            List.copyOf(events));
    if (worthless) {
      end();
    }
    return report;
  }

  private void begin() {
    begun = true;
    beganAt = System.nanoTime();
    count = count();
    driver =
        nvml.call("nvmlSystemGetDriverVersion", scratch, VERSION_TEXT) == NvmlCode.SUCCESS
            ? scratch.getString(0)
            : "";
    beginEvents();
    for (int i = 0; i < count; i++) {
      int code = nvml.call("nvmlDeviceGetHandleByIndex_v2", i, scratch);
      if (code == NvmlCode.SUCCESS) {
        NvmlDevice device = new NvmlDevice(nvml, scratch.get(ADDRESS, 0), Integer.toString(i), "");
        devices.add(device);
        register(device);
      } else {
        unreachable.add(unreachable(i, code));
      }
    }
  }

  private static GpuInfo unreachable(int index, int code) {
    GpuCondition condition =
        switch (code) {
          case NvmlCode.GPU_IS_LOST -> GpuCondition.LOST;
          case NvmlCode.RESET_REQUIRED -> GpuCondition.NEEDS_RESET;
          default -> GpuCondition.INACCESSIBLE;
        };
    return GpuInfo.of(GpuVendor.NVIDIA, Integer.toString(index))
        .name(NvmlCode.words(code))
        .condition(condition)
        .done();
  }

  /** {@return how many there are, or less than 0: the code why that is not known} */
  private int count() {
    int code = nvml.call("nvmlDeviceGetCount_v2", scratch);
    return code == NvmlCode.SUCCESS ? scratch.get(JAVA_INT, 0) : -code;
  }

  private static GpuReport failed(int code) {
    return GpuReport.failed(
        GpuSource.failed(GpuVendor.NVIDIA, TOOL, NvmlCode.trouble(code), NvmlCode.words(code)));
  }

  private void beginEvents() {
    eventSet =
        nvml.call("nvmlEventSetCreate", scratch) == NvmlCode.SUCCESS
            ? scratch.get(ADDRESS, 0)
            : null;
  }

  private void register(NvmlDevice device) {
    MemorySegment set = eventSet;
    if (set != null) {
      // Not every device tells of its errors; then the kernel's log is what there is.
      int _ = nvml.call("nvmlDeviceRegisterEvents", device.handle(), XID_EVENTS, set);
    }
  }

  /** What was told since the last time; nothing is waited for. */
  private void readEvents() {
    MemorySegment set = eventSet;
    for (int i = 0; set != null && i < MOST_EVENTS; i++) {
      if (nvml.call("nvmlEventSetWait_v2", set, scratch, 0) != NvmlCode.SUCCESS) {
        return;
      }
      MemorySegment handle = scratch.get(ADDRESS, 0);
      String key =
          devices.stream()
              .filter(device -> device.handle().equals(handle))
              .map(NvmlDevice::key)
              .findFirst()
              .orElse("");
      events.addLast(new GpuEvent(key, Instant.now(), Xid.of((int) scratch.get(JAVA_LONG, 16))));
      if (events.size() > MOST_EVENTS) {
        events.removeFirst();
      }
    }
  }

  private void end() {
    if (!begun) {
      return;
    }
    if (eventSet != null) {
      int _ = nvml.call("nvmlEventSetFree", eventSet);
      eventSet = null;
    }
    devices.clear();
    unreachable.clear();
    int _ = nvml.call("nvmlShutdown");
    begun = false;
  }

  @Override
  public void close() {
    end();
  }
}
