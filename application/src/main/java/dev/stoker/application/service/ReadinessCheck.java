package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.NotServing;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.health.HealthCheckResult.WrongModel;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a server is ready: it accepts connections, the one that listens is ours, {@code
 * /health} is 200, {@code /v1/models} lists the name, and one request was answered (FR-021).
 *
 * <p>The order matters: of two servers started on one port both say that they are up, and only one
 * listens (vLLM 0.32, seen).
 */
final class ReadinessCheck {
  private static final Duration PATIENCE_WITH_STRANGER = Duration.ofSeconds(3);
  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(250);

  private final ServiceSpec spec;
  private final Launch launch;
  private final DrivenPorts ports;
  private @Nullable Duration strangerSince;
  private @Nullable Duration lastCheck;
  private boolean asked;
  private volatile @Nullable HealthCheckResult answer;
  private volatile @Nullable CompletableFuture<HealthCheckResult> request;
  private volatile boolean closed;

  ReadinessCheck(ServiceSpec spec, Launch launch, DrivenPorts ports) {
    this.spec = spec;
    this.launch = launch;
    this.ports = ports;
  }

  /** What was found. */
  sealed interface Verdict {
    /** It loads. */
    record NotYet() implements Verdict {}

    /** It is up, and the request that proves it is on its way. */
    record Answering() implements Verdict {}

    /** It serves. */
    record Ready() implements Verdict {}

    /** It will not serve. */
    record Never(Failure why) implements Verdict {}
  }

  Verdict look(Duration now) {
    HealthCheckResult answered = answer;
    if (answered != null) {
      return afterAnswer(answered);
    }
    Port port = spec.options().port();
    if (asked || isTooSoon(now) || !ports.healthProbe().accepts(port)) {
      return asked ? new Verdict.Answering() : new Verdict.NotYet();
    }
    lastCheck = now;
    var members = ports.processTrees().observe(launch.lease()).identities();
    if (!ports.portTable().listensAmong(port, members)) {
      return stranger(port, now);
    }
    strangerSince = null;
    HealthCheckResult result = ports.healthProbe().check(port, spec.model().servedName());
    if (result instanceof WrongModel) {
      return new Verdict.Never(notServing(result));
    }
    if (!(result instanceof Healthy)) {
      return new Verdict.NotYet();
    }
    askOnce(port);
    return new Verdict.Answering();
  }

  /** Hangs up: a server that is told to end waits for its clients. For any thread. */
  void close() {
    closed = true;
    CompletableFuture<HealthCheckResult> first = request;
    if (first != null) {
      first.cancel(true);
    }
  }

  private boolean isTooSoon(Duration now) {
    Duration last = lastCheck;
    return last != null && now.compareTo(last.plus(BETWEEN_CHECKS)) < 0;
  }

  private void askOnce(Port port) {
    asked = true;
    ports
        .scheduler()
        .execute(
            "first-answer-" + spec.name(),
            () -> {
              CompletableFuture<HealthCheckResult> first =
                  ports
                      .healthProbe()
                      .answersOne(
                          port, spec.model().servedName(), spec.options().modelLoadTimeout());
              request = first;
              var _ = first.thenAccept(result -> answer = result);
              if (closed) {
                first.cancel(true);
              }
            });
  }

  private Verdict afterAnswer(HealthCheckResult answered) {
    return answered instanceof Healthy
        ? new Verdict.Ready()
        : new Verdict.Never(notServing(answered));
  }

  private Failure notServing(HealthCheckResult result) {
    List<String> lines = ports.serverOutput().tail(launch.lease().log(), 20);
    return new NotServing(
        "the server is up but not ready: " + result.describe(),
        new Evidence(lines, null, launch.lease().log().toString()));
  }

  private Verdict stranger(Port port, Duration now) {
    Duration since = strangerSince;
    if (since == null) {
      strangerSince = now;
      return new Verdict.NotYet();
    }
    if (now.compareTo(since.plus(PATIENCE_WITH_STRANGER)) < 0) {
      return new Verdict.NotYet();
    }
    PortHolder holder = ports.portTable().holder(port).orElseGet(PortHolder::unseen);
    return new Verdict.Never(new PortInUse(port, holder));
  }
}
