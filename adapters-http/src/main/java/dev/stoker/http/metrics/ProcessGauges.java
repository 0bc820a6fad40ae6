package dev.stoker.http.metrics;

import dev.stoker.application.OwnCost;
import dev.stoker.application.port.in.OwnUse;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** What Stoker itself takes, under the names that every client of Prometheus uses. */
final class ProcessGauges {
  private ProcessGauges() {}

  static void register(PrometheusRegistry registry, OwnUse own) {
    CounterWithCallback.builder()
        .name("process_cpu_seconds_total")
        .help("Processor time that Stoker itself used.")
        .callback(callback -> callback.call(own.now().processorTime().toNanos() / 1e9))
        .register(registry);
    of(
        registry,
        own,
        "process_resident_memory_bytes",
        "Memory that Stoker itself takes.",
        OwnCost::residentBytes);
    of(registry, own, "process_open_fds", "Files that Stoker has open.", OwnCost::openFiles);
    of(registry, own, "process_max_fds", "Files that it may open.", OwnCost::mostOpenFiles);
    of(registry, own, "process_threads", "Threads of Stoker.", OwnCost::threads);
    of(
        registry,
        own,
        "process_start_time_seconds",
        "When Stoker began, in seconds since 1970.",
        cost -> cost.since().toEpochMilli() / 1e3);
  }

  private static void of(
      PrometheusRegistry registry,
      OwnUse own,
      String name,
      String help,
      ToDoubleFunction<OwnCost> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(own.now())))
        .register(registry);
  }
}
