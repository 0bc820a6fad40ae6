package dev.stoker.http.gateway;

import dev.stoker.application.Incident;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.domain.failure.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is told of a server that is gone. */
final class Outage {
  private static final Duration WRITTEN_WITHIN = Duration.ofMillis(1500);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  /** Events were begun for it, and it answers with something else. */
  static final OpenAiError NOT_A_STREAM =
      new OpenAiError(
          502, "server_error", "not_a_stream", "the server's answer is no stream", null, null);

  private Outage() {}

  /** {@return what is told where it was asked as often as it may be} */
  static OpenAiError beforeItAnswered(ServiceStatus service) {
    return OpenAiError.later(
        ErrorCode.ENGINE_DIED.code(),
        "the server of '" + service.servedName() + "' ended before it answered",
        Wait.left(service).orElse(Wait.SOME_TIME));
  }

  /**
   * Finds the last thing to say: what ended a server is written down a moment later.
   *
   * @param since nothing before it has to do with it
   * @param then told it, on a thread of its own
   */
  static void find(
      ServiceStatus service, ServiceHistory history, Instant since, Consumer<OpenAiError> then) {
    Thread.ofVirtual()
        .name("gateway-incident")
        .start(() -> then.accept(of(service, history, since)));
  }

  private static OpenAiError of(ServiceStatus service, ServiceHistory history, Instant since) {
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
