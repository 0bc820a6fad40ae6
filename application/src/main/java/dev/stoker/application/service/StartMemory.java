package dev.stoker.application.service;

import dev.stoker.application.MemoryPlan;
import dev.stoker.application.port.out.StateStore.GoodStart;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitSettings;
import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a service's server took beside weights and cache the last time it started well: written down
 * with what that start was made with, and the better estimate for the next one like it (FR-028).
 */
final class StartMemory {
  /** No difference between starts, as their other circumstances are. */
  static final String PREFIX = "reported ";

  private static final String LIKE = PREFIX + "for";
  private static final String OVERHEAD = PREFIX + "beside weights and cache, bytes";

  private StartMemory() {}

  /**
   * {@return what is to be written down; nothing where it tells nothing}
   *
   * @param devices those it computes on
   */
  static Map<String, String> written(
      String model,
      String engine,
      MemoryPlan plan,
      List<DeviceMemory> devices,
      @Nullable ReportedMemory reported) {
    if (devices.isEmpty() || reported == null || plan.settings().cache() != null) {
      return Map.of();
    }
    long budget =
        (long) Math.ceil(devices.getFirst().total().bytes() * plan.settings().utilization());
    long beside = budget - reported.weights().bytes() - reported.cache().bytes();
    return beside < 0
        ? Map.of()
        : Map.of(LIKE, like(model, engine, plan, devices), OVERHEAD, Long.toString(beside));
  }

  /** {@return what the last good start took, if it was one like this; else null} */
  static @Nullable ByteSize beside(
      @Nullable GoodStart last,
      String model,
      String engine,
      MemoryPlan plan,
      List<DeviceMemory> devices) {
    Map<String, String> known = last == null ? Map.of() : last.circumstances();
    String bytes = known.getOrDefault(OVERHEAD, "");
    boolean same = like(model, engine, plan, devices).equals(known.get(LIKE));
    return same && bytes.matches("\\d{1,18}") ? new ByteSize(Long.parseLong(bytes)) : null;
  }

  /** Share and length change what is left, and not what is taken beside. */
  private static String like(
      String model, String engine, MemoryPlan plan, List<DeviceMemory> devices) {
    FitSettings settings = plan.settings();
    DeviceMemory device = devices.isEmpty() ? null : devices.getFirst();
    return String.join(
        " | ",
        model,
        engine,
        device == null ? "" : device.name() + " " + device.total().bytes(),
        settings.tensorParallel() + "x" + settings.pipelineParallel(),
        Integer.toString(settings.sequences()),
        plan.footprint().toString(),
        plan.type());
  }

  /** {@return the same without what is no circumstance of a start} */
  static Map<String, String> without(Map<String, String> circumstances) {
    Map<String, String> others = new TreeMap<>(circumstances);
    others.keySet().removeIf(key -> key.startsWith(PREFIX));
    return others;
  }
}
