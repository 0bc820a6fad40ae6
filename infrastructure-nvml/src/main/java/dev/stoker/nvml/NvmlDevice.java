package dev.stoker.nvml;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.gpu.Slowdown;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.MachineMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * One accelerator, or one part of it, as NVML knows it. What names it is asked once, what is
 * measured each time. Layouts are those of {@code nvml.h} 13.3.29, compiled and checked ({@code
 * facts-hub-and-gpu.md} G3). For one thread.
 */
final class NvmlDevice {
  private static final int TEXT = 96;
  private static final int MEMORY_V2 = 40;
  private static final int MEMORY_V2_VERSION = MEMORY_V2 | 2 << 24;
  private static final int TEMPERATURE_VERSION = 12 | 1 << 24;
  private static final int PCI_BUS_ID = 36;
  private static final int PCI_SIZE = 68;
  private static final int PROCESS = 24;
  private static final int MOST_PROCESSES = 4096;
  private static final int FIELD_SIZE = 40;
  private static final int FIELD_RECOVERY_ACTION = 230;
  private static final int FIELD_RESULT = 28;
  private static final int FIELD_VALUE = 32;
  private static final long NOT_AVAILABLE = -1L;

  private final NvmlFunctions nvml;
  private final MemorySegment handle;
  private final String index;
  private final String partOf;
  private final MemorySegment scratch;
  private final String uuid;
  private final String name;
  private final String bus;
  private final List<NvmlDevice> parts = new ArrayList<>();
  private MemorySegment processes;

  /** The worst answer of the last reading: whether handles still mean something. */
  private int worst;

  NvmlDevice(NvmlFunctions nvml, MemorySegment handle, String index, String partOf) {
    this.nvml = nvml;
    this.handle = handle;
    this.index = index;
    this.partOf = partOf;
    this.scratch = Arena.ofAuto().allocate(128, 8);
    this.processes = Arena.ofAuto().allocate(64L * PROCESS, 8);
    this.uuid = text("nvmlDeviceGetUUID");
    this.name = text("nvmlDeviceGetName");
    this.bus = partOf.isEmpty() ? bus() : "";
  }

  MemorySegment handle() {
    return handle;
  }

  String key() {
    return info().key();
  }

  private GpuInfo info() {
    return GpuInfo.of(GpuVendor.NVIDIA, index).uuid(uuid).done();
  }

  private String text(String function) {
    int code = nvml.call(function, handle, scratch, TEXT);
    note(code);
    return code == NvmlCode.SUCCESS ? scratch.getString(0) : "";
  }

  private String bus() {
    MemorySegment pci = Arena.ofAuto().allocate(PCI_SIZE, 8);
    return nvml.call("nvmlDeviceGetPciInfo_v3", handle, pci) == NvmlCode.SUCCESS
        ? pci.getString(PCI_BUS_ID)
        : "";
  }

  private boolean isDivided() {
    MemorySegment pending = scratch.asSlice(8);
    return nvml.call("nvmlDeviceGetMigMode", handle, scratch, pending) == NvmlCode.SUCCESS
        && scratch.get(JAVA_INT, 0) == 1;
  }

  /** They come and go while the driver runs. */
  private void findParts() {
    parts.clear();
    if (!isDivided()) {
      return;
    }
    if (nvml.call("nvmlDeviceGetMaxMigDeviceCount", handle, scratch) != NvmlCode.SUCCESS) {
      return;
    }
    int most = scratch.get(JAVA_INT, 0);
    for (int i = 0; i < most; i++) {
      // They are numbered with gaps: not found is no mistake.
      int code = nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", handle, i, scratch);
      if (code == NvmlCode.SUCCESS) {
        MemorySegment part = scratch.get(java.lang.foreign.ValueLayout.ADDRESS, 0);
        parts.add(new NvmlDevice(nvml, part, index + ":" + i, uuid));
      }
    }
  }

  /** Adds what it measures now, and what its parts do. */
  void read(List<GpuInfo> devices, List<GpuHolder> holders) {
    worst = NvmlCode.SUCCESS;
    if (partOf.isEmpty()) {
      findParts();
    }
    GpuInfo.Reading reading =
        GpuInfo.of(GpuVendor.NVIDIA, index).uuid(uuid).name(name).bus(bus).partOf(partOf);
    memory(reading);
    if (partOf.isEmpty()) {
      utilization(reading);
      temperature(reading);
      milliwatts(reading, Measure.POWER, "nvmlDeviceGetPowerUsage");
      milliwatts(reading, Measure.POWER_LIMIT, "nvmlDeviceGetEnforcedPowerLimit");
      reading.slowedBy(slowdowns());
      errors(reading);
      recovery(reading);
    } else {
      for (Measure measure :
          List.of(Measure.UTILIZATION, Measure.TEMPERATURE, Measure.POWER, Measure.POWER_LIMIT)) {
        reading.unknown(measure, "known of the whole only");
      }
    }
    if (!parts.isEmpty()) {
      reading.divided();
    }
    if (worst == NvmlCode.GPU_IS_LOST) {
      reading.condition(GpuCondition.LOST);
    } else if (worst == NvmlCode.RESET_REQUIRED) {
      reading.condition(GpuCondition.NEEDS_RESET);
    }
    devices.add(reading.done());
    holders(holders);
    for (NvmlDevice part : parts) {
      part.read(devices, holders);
      worst = part.worst == NvmlCode.SUCCESS ? worst : part.worst;
    }
  }

  /** {@return the gravest answer of the last reading} */
  int worst() {
    return worst;
  }

  private void note(int code) {
    if (NvmlCode.needsNewStart(code) || code == NvmlCode.RESET_REQUIRED) {
      worst = code;
    }
  }

  private void memory(GpuInfo.Reading reading) {
    scratch.set(JAVA_INT, 0, MEMORY_V2_VERSION);
    int code = nvml.call("nvmlDeviceGetMemoryInfo_v2", handle, scratch);
    if (code == NvmlCode.SUCCESS) {
      reading.measured(Measure.TOTAL_MEMORY, scratch.get(JAVA_LONG, 8));
      reading.measured(Measure.AVAILABLE_MEMORY, scratch.get(JAVA_LONG, 24));
      reading.measured(Measure.USED_MEMORY, scratch.get(JAVA_LONG, 32));
      return;
    }
    // The older one counts as used what the driver keeps for itself.
    code = nvml.call("nvmlDeviceGetMemoryInfo", handle, scratch);
    if (code == NvmlCode.SUCCESS) {
      reading.measured(Measure.TOTAL_MEMORY, scratch.get(JAVA_LONG, 0));
      reading.measured(Measure.AVAILABLE_MEMORY, scratch.get(JAVA_LONG, 8));
      reading.measured(Measure.USED_MEMORY, scratch.get(JAVA_LONG, 16));
      return;
    }
    note(code);
    ByteSize total = MachineMemory.total();
    ByteSize free = MachineMemory.available();
    if (code == NvmlCode.NOT_SUPPORTED && partOf.isEmpty() && total != null && free != null) {
      reading.sharesHostMemory();
      reading.measured(Measure.TOTAL_MEMORY, total.bytes());
      reading.measured(Measure.AVAILABLE_MEMORY, free.bytes());
      reading.measured(Measure.USED_MEMORY, Math.max(0, total.bytes() - free.bytes()));
      return;
    }
    String why = NvmlCode.words(code);
    reading.unknown(Measure.TOTAL_MEMORY, why);
    reading.unknown(Measure.AVAILABLE_MEMORY, why);
    reading.unknown(Measure.USED_MEMORY, why);
    if (code == NvmlCode.NO_PERMISSION) {
      reading.condition(GpuCondition.INACCESSIBLE);
    }
  }

  private void utilization(GpuInfo.Reading reading) {
    int code = nvml.call("nvmlDeviceGetUtilizationRates", handle, scratch);
    answer(reading, Measure.UTILIZATION, code, scratch.get(JAVA_INT, 0));
  }

  private void temperature(GpuInfo.Reading reading) {
    int code = nvml.call("nvmlDeviceGetTemperature", handle, 0, scratch);
    if (code == NvmlCode.SUCCESS) {
      reading.measured(Measure.TEMPERATURE, scratch.get(JAVA_INT, 0));
      return;
    }
    scratch.set(JAVA_INT, 0, TEMPERATURE_VERSION);
    scratch.set(JAVA_INT, 4, 0);
    code = nvml.call("nvmlDeviceGetTemperatureV", handle, scratch);
    answer(reading, Measure.TEMPERATURE, code, scratch.get(JAVA_INT, 8));
  }

  private void milliwatts(GpuInfo.Reading reading, Measure measure, String function) {
    int code = nvml.call(function, handle, scratch);
    answer(reading, measure, code, scratch.get(JAVA_INT, 0) / 1000.0);
  }

  private void answer(GpuInfo.Reading reading, Measure measure, int code, Number value) {
    note(code);
    if (code == NvmlCode.SUCCESS) {
      reading.measured(measure, value);
    } else {
      reading.unknown(measure, NvmlCode.words(code));
    }
  }

  private List<String> slowdowns() {
    int code = nvml.call("nvmlDeviceGetCurrentClocksEventReasons", handle, scratch);
    if (code == NvmlCode.FUNCTION_NOT_FOUND) {
      code = nvml.call("nvmlDeviceGetCurrentClocksThrottleReasons", handle, scratch);
    }
    if (code != NvmlCode.SUCCESS) {
      return List.of();
    }
    return Slowdown.of(scratch.get(JAVA_LONG, 0));
  }

  /** Errors of its memory that were not corrected, since the driver was loaded. */
  private void errors(GpuInfo.Reading reading) {
    int code = nvml.call("nvmlDeviceGetTotalEccErrors", handle, 1, 0, scratch);
    if (code == NvmlCode.SUCCESS && scratch.get(JAVA_LONG, 0) > 0) {
      reading.condition(GpuCondition.FAILING);
    }
  }

  private void recovery(GpuInfo.Reading reading) {
    MemorySegment field = scratch.asSlice(0, FIELD_SIZE);
    field.fill((byte) 0);
    field.set(JAVA_INT, 0, FIELD_RECOVERY_ACTION);
    int code = nvml.call("nvmlDeviceGetFieldValues", handle, 1, field);
    boolean told = code == NvmlCode.SUCCESS && field.get(JAVA_INT, FIELD_RESULT) == 0;
    int action = told ? field.get(JAVA_INT, FIELD_VALUE) : 0;
    if (action == 1 || action == 2) {
      reading.condition(GpuCondition.NEEDS_RESET);
    } else if (action == 4) {
      // To be drained first: it still computes.
      reading.condition(GpuCondition.FAILING);
    }
  }

  private void holders(List<GpuHolder> holders) {
    int capacity = (int) (processes.byteSize() / PROCESS);
    scratch.set(JAVA_INT, 0, capacity);
    int code = nvml.call("nvmlDeviceGetComputeRunningProcesses_v3", handle, scratch, processes);
    if (code == NvmlCode.INSUFFICIENT_SIZE && capacity < MOST_PROCESSES) {
      // More may begin meanwhile.
      long wanted = Math.min(MOST_PROCESSES, scratch.get(JAVA_INT, 0) + 64L);
      processes = Arena.ofAuto().allocate(wanted * PROCESS, 8);
      scratch.set(JAVA_INT, 0, (int) wanted);
      code = nvml.call("nvmlDeviceGetComputeRunningProcesses_v3", handle, scratch, processes);
    }
    if (code != NvmlCode.SUCCESS) {
      return;
    }
    int count = Math.min(scratch.get(JAVA_INT, 0), (int) (processes.byteSize() / PROCESS));
    for (int i = 0; i < count; i++) {
      long at = (long) i * PROCESS;
      long used = processes.get(JAVA_LONG, at + 8);
      long pid = Integer.toUnsignedLong(processes.get(JAVA_INT, at));
      ByteSize held = used == NOT_AVAILABLE || used < 0 ? null : new ByteSize(used);
      holders.add(new GpuHolder(key(), pid, "", held));
    }
  }
}
