package dev.stoker.http.metrics;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts starts, restarts and incidents by what services tell of themselves. */
final class LifecycleMeters {
  private static final String SERVICE = "service";
  private static final String UNKNOWN = "unknown";
  private static final double[] SECONDS = {
    0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800
  };

  private final ServiceOrchestrator orchestrator;
  private final Counter starts;
  private final Histogram start;
  private final Histogram phase;
  private final Counter restarts;
  private final Counter incidents;

  /** Starts under way, each service's; told on its own thread. */
  private final Map<ServiceName, Start> underWay = new HashMap<>();

  LifecycleMeters(PrometheusRegistry registry, ServiceOrchestrator orchestrator) {
    this.orchestrator = orchestrator;
    this.starts =
        Counter.builder()
            .name("stoker_service_starts_total")
            .help("Starts that came to an end: ready, failed or cancelled.")
            .labelNames(SERVICE, "outcome")
            .register(registry);
    this.start =
        Histogram.builder()
            .name("stoker_service_start_seconds")
            .help("From launch to ready.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames(SERVICE)
            .register(registry);
    this.phase =
        Histogram.builder()
            .name("stoker_service_start_phase_seconds")
            .help("How long each phase of a start took that came to be ready.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames(SERVICE, "phase")
            .register(registry);
    this.restarts =
        Counter.builder()
            .name("stoker_service_restarts_total")
            .help("Automatic restarts, by the code of what they recover from (docs/errors.md).")
            .labelNames(SERVICE, "code")
            .register(registry);
    this.incidents =
        Counter.builder()
            .name("stoker_service_incidents_total")
            .help("Ends that nobody asked for, by their code (docs/errors.md).")
            .labelNames(SERVICE, "code")
            .register(registry);
  }

  /** Each service's notices come in order; those of different ones from different threads. */
  synchronized void told(ServiceNotice notice) {
    switch (notice) {
      case ServiceNotice.Changed changed -> changed(changed);
      case ServiceNotice.Loading loading -> {
        Start under = underWay.get(loading.service());
        if (under != null) {
          under.enter(loading.phase(), System.nanoTime());
        }
      }
      case ServiceNotice.Loaded _, ServiceNotice.Degraded _, ServiceNotice.Remarked _ -> {}
    }
  }

  private void changed(ServiceNotice.Changed changed) {
    ServiceName name = changed.service();
    Start begun = underWay.get(name);
    // Why it is stopped shows in what follows: one that was given up is not simply down.
    if (begun != null && changed.to() != ServiceState.STOPPING) {
      underWay.remove(name);
      end(name, begun, changed.to());
    }
    switch (changed.to()) {
      case STARTING -> {
        underWay.put(name, new Start());
        if (changed.reason().equals(ServiceMachine.AUTOMATIC_RESTART)) {
          restarts.labelValues(name.value(), code(name)).inc();
        }
      }
      case CRASHED, FAILED -> {
        if (changed.from() != ServiceState.CRASHED) {
          incidents.labelValues(name.value(), code(name)).inc();
        }
      }
      default -> {}
    }
  }

  private void end(ServiceName name, Start begun, ServiceState to) {
    String outcome =
        switch (to) {
          case RUNNING -> "ready";
          case STOPPED, STARTING -> "cancelled";
          default -> "failed";
        };
    starts.labelValues(name.value(), outcome).inc();
    if (to == ServiceState.RUNNING) {
      long now = System.nanoTime();
      start.labelValues(name.value()).observe((now - begun.began) / 1e9);
      begun.enter(null, now);
      begun.took.forEach(
          (each, time) ->
              phase.labelValues(name.value(), each.key()).observe(time.toNanos() / 1e9));
    }
  }

  private String code(ServiceName name) {
    try {
      Failure why = orchestrator.status(name).lastFailure();
      return why == null ? UNKNOWN : why.code().code();
    } catch (LifecycleException e) {
      // Removed meanwhile.
      return UNKNOWN;
    }
  }

  /** One start, and how long its phases take. */
  private static final class Start {
    final long began = System.nanoTime();
    final Map<LoadPhase, Duration> took = new HashMap<>();
    private @Nullable LoadPhase now;
    private long since = began;

    void enter(@Nullable LoadPhase next, long at) {
      if (next != now) {
        if (now != null) {
          took.merge(now, Duration.ofNanos(at - since), Duration::plus);
        }
        now = next;
        since = at;
      }
    }
  }
}
