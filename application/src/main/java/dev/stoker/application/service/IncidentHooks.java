package dev.stoker.application.service;

import dev.stoker.application.Incident;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.text.Redaction;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who want to know of each incident, without secrets: tried again where that fails, and
 * never waited for.
 */
final class IncidentHooks {
  private static final Logger log = LoggerFactory.getLogger(IncidentHooks.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(2);
  private static final int TRIES = 3;

  private final DrivenPorts ports;
  private final Redaction redaction;

  @Inject
  IncidentHooks(DrivenPorts ports) {
    this.ports = ports;
    this.redaction = Redaction.of(ports.configurationSource().environment());
  }

  void tell(Incident incident, VllmLifecycleOptions options) {
    Incident clean = clean(incident);
    String command = options.incidentCommand();
    String url = options.incidentUrl();
    if (!command.isEmpty()) {
      begin("command", incident, () -> ports.incidentHook().run(command, clean, LIMIT));
    }
    if (!url.isEmpty()) {
      begin("url", incident, () -> ports.incidentHook().post(url, clean, LIMIT));
    }
  }

  private void begin(String kind, Incident incident, Supplier<Optional<String>> telling) {
    ports
        .scheduler()
        .execute("hook-" + incident.id(), () -> attempt(kind, incident, telling, 1, FIRST_WAIT));
  }

  private void attempt(
      String kind, Incident incident, Supplier<Optional<String>> telling, int nth, Duration wait) {
    Optional<String> problem;
    try {
      problem = telling.get();
    } catch (RuntimeException e) {
      problem = Optional.of(String.valueOf(e));
    }
    if (problem.isEmpty()) {
      return;
    }
    log.atWarn()
        .addKeyValue("incident", incident.id())
        .addKeyValue("hook", kind)
        .addKeyValue("try", nth)
        .addKeyValue("problem", redaction.redact(problem.get()))
        .log("hook failed");
    if (nth < TRIES) {
      ports
          .scheduler()
          .schedule(
              "hook-" + incident.id(),
              wait,
              () -> attempt(kind, incident, telling, nth + 1, wait.multipliedBy(4)));
    }
  }

  private Incident clean(Incident incident) {
    Reported why = incident.failure();
    Evidence evidence =
        new Evidence(
            why.evidence().lines().stream().map(redaction::redact).toList(),
            why.evidence().exit(),
            why.evidence().log());
    return new Incident(
        incident.service(),
        incident.launch(),
        incident.at(),
        incident.doing(),
        incident.exit(),
        new Reported(
            why.code(),
            redaction.redact(why.what()),
            redaction.redact(why.cause()),
            redaction.redact(why.remedy()),
            evidence),
        incident.decision());
  }
}
