package dev.stoker.http.gateway;

import dev.stoker.application.Incident;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.domain.failure.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is told to a stream whose server is gone: the incident that it belongs to. */
final class Outage {
  private static final Duration WRITTEN_WITHIN = Duration.ofMillis(1500);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private Outage() {}

  /**
   * {@return the last thing to say} Blocks: what ended a server is written down a moment later.
   *
   * @param since nothing before it has to do with it
   */
  static OpenAiError of(ServiceStatus service, ServiceHistory history, Instant since) {
    Incident incident = incident(service, history, since);
    String what =
        incident == null
            ? "the connection to it broke"
            : incident.failure().what() + " (incident " + incident.id() + ")";
    ErrorCode code = incident == null ? ErrorCode.ENGINE_DIED : incident.failure().code();
    return new OpenAiError(
        502,
        "server_error",
        code.code(),
        "the answer of '" + service.servedName() + "' ended early: " + what,
        null,
        null);
  }

  private static @Nullable Incident incident(
      ServiceStatus service, ServiceHistory history, Instant since) {
    long until = System.nanoTime() + WRITTEN_WITHIN.toNanos();
    while (System.nanoTime() < until) {
      List<Incident> last = history.incidents(service.name(), 1);
      if (!last.isEmpty() && last.getLast().at().isAfter(since)) {
        return last.getLast();
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return null;
  }
}
