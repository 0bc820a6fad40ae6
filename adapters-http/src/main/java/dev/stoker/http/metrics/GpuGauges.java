package dev.stoker.http.metrics;

import dev.stoker.application.port.in.Gpus;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.unit.ByteSize;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The accelerators, read when the page is; a second or two old where several meters read them. */
final class GpuGauges {
  private GpuGauges() {}

  static void register(PrometheusRegistry registry, Gpus all) {
    LastSeen gpus = new LastSeen(all);
    of(
        registry,
        gpus,
        "stoker_gpu_memory_total_bytes",
        "All memory of an accelerator.",
        gpu -> bytes(gpu.totalMemory()));
    of(
        registry,
        gpus,
        "stoker_gpu_memory_used_bytes",
        "Memory of an accelerator that is taken.",
        gpu -> bytes(gpu.usedMemory()));
    of(
        registry,
        gpus,
        "stoker_gpu_utilization_ratio",
        "How much of the last moments an accelerator computed.",
        gpu -> gpu.utilizationPercent() == null ? null : gpu.utilizationPercent() / 100.0);
    of(
        registry,
        gpus,
        "stoker_gpu_temperature_celsius",
        "Temperature of an accelerator.",
        gpu -> gpu.temperatureCelsius() == null ? null : (double) gpu.temperatureCelsius());
    of(registry, gpus, "stoker_gpu_power_watts", "What an accelerator draws.", GpuInfo::powerWatts);
    GaugeWithCallback.builder()
        .name("stoker_gpu_condition")
        .help("1 for the condition in which an accelerator is.")
        .labelNames("gpu", "uuid", "condition")
        .callback(
            callback ->
                gpus.now()
                    .report()
                    .devices()
                    .forEach(
                        gpu ->
                            callback.call(
                                1,
                                gpu.deviceId(),
                                gpu.uuid(),
                                gpu.condition().name().toLowerCase(Locale.ROOT))))
        .register(registry);
  }

  private static @Nullable Double bytes(@Nullable ByteSize size) {
    return size == null ? null : (double) size.bytes();
  }

  private static void of(
      PrometheusRegistry registry,
      LastSeen gpus,
      String name,
      String help,
      Function<GpuInfo, @Nullable Double> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("gpu", "uuid", "name")
        .callback(
            callback -> {
              for (GpuInfo gpu : gpus.now().report().devices()) {
                Double now = value.apply(gpu);
                if (now != null) {
                  callback.call(now, gpu.deviceId(), gpu.uuid(), gpu.name());
                }
              }
            })
        .register(registry);
  }

  /** One look for one page. */
  private static final class LastSeen {
    private static final long FRESH_NANOS = 1_000_000_000;

    private final Gpus gpus;
    private long lookedAt;
    private Gpus.@Nullable Seen seen;

    LastSeen(Gpus gpus) {
      this.gpus = gpus;
    }

    synchronized Gpus.Seen now() {
      Gpus.Seen last = seen;
      if (last == null || System.nanoTime() - lookedAt > FRESH_NANOS) {
        last = gpus.now();
        seen = last;
        lookedAt = System.nanoTime();
      }
      return last;
    }
  }
}
