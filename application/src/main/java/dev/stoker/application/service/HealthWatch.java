package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.Busy;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.health.HealthCheckResult.NotOurs;
import dev.stoker.domain.health.HealthCheckResult.ProbeBroken;
import dev.stoker.domain.health.HealthCheckResult.TimedOut;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a server at its interval (FR-016) until it is closed or its launch has ended. A server
 * that is somebody else's has no launch.
 */
final class HealthWatch {
  private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

  /** A check that comes this much later than it was due: the machine slept, or stood still. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Supplier<ServiceSpec> spec;
  private final @Nullable Launch launch;
  private final DrivenPorts ports;
  private final Consumer<ServiceEvent> post;
  private final long epoch;
  private volatile boolean closed;

  /** The engine's counters after the last check. */
  private @Nullable EngineSample counted;

  HealthWatch(
      long epoch,
      Supplier<ServiceSpec> spec,
      @Nullable Launch launch,
      DrivenPorts ports,
      Consumer<ServiceEvent> post) {
    this.epoch = epoch;
    this.spec = spec;
    this.launch = launch;
    this.ports = ports;
    this.post = post;
  }

  /** The first check at once: a status is to show one as soon as it serves. */
  void begin() {
    Duration due = ports.uptime().now();
    ports.scheduler().execute("health-" + spec.get().name(), () -> check(due));
  }

  private void next() {
    ServiceSpec now = spec.get();
    Duration interval = now.options().healthCheckInterval();
    Duration due = ports.uptime().now().plus(interval);
    ports.scheduler().schedule("health-" + now.name(), interval, () -> check(due));
  }

  void close() {
    closed = true;
  }

  private boolean isOver() {
    return closed || (launch != null && launch.hasEnded());
  }

  private void check(Duration due) {
    if (isOver()) {
      return;
    }
    Duration began = ports.uptime().now();
    if (began.minus(due).compareTo(PAUSE) > 0) {
      post.accept(new ServiceEvent.Resumed(epoch));
    }
    HealthCheckResult result = probe();
    Duration took = ports.uptime().now().minus(began);
    if (took.compareTo(HealthProbe.LIMIT.multipliedBy(4).plus(PAUSE)) > 0) {
      // Its own limits end it long before: it was not the server that stood still.
      post.accept(new ServiceEvent.Resumed(epoch));
      result =
          new ProbeBroken("the machine was asleep, or stood still, for " + took.toSeconds() + " s");
    }
    (result.countsAsFailure() ? log.atWarn() : log.atDebug())
        .addKeyValue("service", spec.get().name())
        .addKeyValue("result", result.describe())
        .log("health check");
    post.accept(new ServiceEvent.Checked(epoch, result));
    count();
    next();
  }

  /** Behind the check, which nobody is to wait longer for: what a later one is compared with. */
  private void count() {
    if (!isOver()) {
      EngineSample now = ports.engineMetrics().sample(spec.get().options().port());
      counted = now == null ? counted : now;
    }
  }

  /** Of two servers that were started on one port both may live, and a stranger may answer. */
  private boolean isOurs(Port port) {
    Launch of = launch;
    return of == null
        || ports.portTable().listensAmong(port, Observation.observe(of, ports).identities());
  }

  /** {@return whether work was seen to be done since the last check; else a late answer counts} */
  private boolean hasWorked(Port port) {
    EngineSample before = counted;
    EngineSample now = ports.engineMetrics().sample(port);
    counted = now == null ? before : now;
    return before != null && now != null && now.hasMovedSince(before);
  }

  /** {@return what one check finds now} */
  HealthCheckResult probe() {
    try {
      ServiceSpec served = spec.get();
      if (launch != null) {
        served = launch.spec();
      }
      Port port = served.options().port();
      HealthCheckResult found = ports.healthProbe().check(port, served.model().servedName());
      return switch (found) {
        case Healthy _ when !isOurs(port) -> new NotOurs();
        case TimedOut late when hasWorked(port) -> new Busy(late.after());
        default -> found;
      };
    } catch (RuntimeException e) {
      return new ProbeBroken(String.valueOf(e));
    }
  }
}
