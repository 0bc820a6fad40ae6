package dev.stoker.http.metrics;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.service.ServiceState;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How services stand, read when the page is. */
final class StandingGauges {
  private static final String SERVICE = "service";

  private StandingGauges() {}

  static void register(PrometheusRegistry registry, ServiceOrchestrator orchestrator) {
    GaugeWithCallback.builder()
        .name("stoker_service_state")
        .help("1 for the state in which a service is, 0 for the others.")
        .labelNames(SERVICE, "state")
        .callback(
            callback ->
                orchestrator
                    .statuses()
                    .forEach(
                        status -> {
                          for (ServiceState state : ServiceState.values()) {
                            callback.call(
                                status.state() == state ? 1 : 0,
                                status.name().value(),
                                state.printed());
                          }
                        }))
        .register(registry);
    GaugeWithCallback.builder()
        .name("stoker_service_info")
        .help("Always 1; what a service serves, and by which engine.")
        .labelNames(SERVICE, "model", "engine", "engine_version")
        .callback(
            callback ->
                orchestrator
                    .statuses()
                    .forEach(
                        status ->
                            callback.call(
                                1,
                                status.name().value(),
                                status.servedName(),
                                status.engine(),
                                status.engineVersion())))
        .register(registry);
    ofEach(
        registry,
        orchestrator,
        "stoker_service_ready_timestamp_seconds",
        "When a service that serves became ready, in seconds since 1970.",
        status -> status.upSince() == null ? null : status.upSince().toEpochMilli() / 1e3);
    ofEach(
        registry,
        orchestrator,
        "stoker_service_degraded",
        "1 while a service may hang.",
        status -> status.doubt().isEmpty() ? 0.0 : 1.0);
    ofLoad(
        registry,
        orchestrator,
        "stoker_engine_running_requests",
        "Requests that the engine computes, by its own count.",
        load -> load.running() == null ? null : (double) load.running());
    ofLoad(
        registry,
        orchestrator,
        "stoker_engine_waiting_requests",
        "Requests that wait within the engine, by its own count.",
        load -> load.waiting() == null ? null : (double) load.waiting());
    ofLoad(
        registry,
        orchestrator,
        "stoker_engine_kv_cache_use_ratio",
        "Share of the key-value cache that is in use.",
        EngineLoad::kvUse);
  }

  private static void ofLoad(
      PrometheusRegistry registry,
      ServiceOrchestrator orchestrator,
      String name,
      String help,
      Function<EngineLoad, @Nullable Double> value) {
    ofEach(
        registry,
        orchestrator,
        name,
        help,
        status -> status.load() == null ? null : value.apply(status.load()));
  }

  /** What is not known has no value: it is never made up. */
  private static void ofEach(
      PrometheusRegistry registry,
      ServiceOrchestrator orchestrator,
      String name,
      String help,
      Function<ServiceStatus, @Nullable Double> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(SERVICE)
        .callback(
            callback -> {
              for (ServiceStatus status : orchestrator.statuses()) {
                Double now = value.apply(status);
                if (now != null) {
                  callback.call(now, status.name().value());
                }
              }
            })
        .register(registry);
  }
}
