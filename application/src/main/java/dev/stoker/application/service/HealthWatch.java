package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.ProbeBroken;
import dev.stoker.domain.service.ServiceEvent;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a running server at its interval (FR-016) until its launch has ended. */
final class HealthWatch {
  private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

  private final Supplier<ServiceSpec> spec;
  private final Launch launch;
  private final DrivenPorts ports;
  private final Consumer<ServiceEvent> post;

  HealthWatch(
      Supplier<ServiceSpec> spec, Launch launch, DrivenPorts ports, Consumer<ServiceEvent> post) {
    this.spec = spec;
    this.launch = launch;
    this.ports = ports;
    this.post = post;
  }

  /** The first check at once: a status is to show one as soon as it serves. */
  void beginNow(long epoch) {
    ports.scheduler().execute("health-" + launch.spec().name(), () -> check(epoch));
  }

  private void begin(long epoch) {
    ServiceSpec now = spec.get();
    ports
        .scheduler()
        .schedule("health-" + now.name(), now.options().healthCheckInterval(), () -> check(epoch));
  }

  private void check(long epoch) {
    if (launch.hasEnded()) {
      return;
    }
    HealthCheckResult result = probe();
    (result.countsAsFailure() ? log.atWarn() : log.atDebug())
        .addKeyValue("service", launch.spec().name())
        .addKeyValue("result", result.describe())
        .log("health check");
    post.accept(new ServiceEvent.Checked(epoch, result));
    begin(epoch);
  }

  private HealthCheckResult probe() {
    try {
      Observation.observe(launch, ports);
      ServiceSpec served = launch.spec();
      return ports.healthProbe().check(served.options().port(), served.model().servedName());
    } catch (RuntimeException e) {
      return new ProbeBroken(String.valueOf(e));
    }
  }
}
