package dev.stoker.http.gateway;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.http.metrics.GatewayMeters.Timing;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The time a request waits for its server: counted, bounded, and told to who reads a stream. */
final class Wait {
  /** Where nothing is measured. */
  static final Duration SOME_TIME = Duration.ofSeconds(30);

  private final Hop hop;
  private final Downstream client;
  private final Timing timing;
  private boolean lasts;

  /** When it waited first: replays do not begin it anew; 0 before. */
  private long since;

  private long ticker;

  Wait(Hop hop, Downstream client, Timing timing) {
    this.timing = timing;
    this.hop = hop;
    this.client = client;
  }

  /** {@return whether it waits} */
  boolean lasts() {
    return lasts;
  }

  /** {@return why it cannot wait; null where it can, and does from now on} */
  @Nullable OpenAiError begin(Runnable tick) {
    if (lasts) {
      return null;
    }
    if (!hop.room().enter()) {
      return OpenAiError.later(
          "overloaded", "too many requests are waiting", Duration.ofSeconds(5));
    }
    lasts = true;
    timing.waits();
    since = since == 0 ? System.nanoTime() : since;
    ticker = hop.vertx().setPeriodic(hop.limits().betweenComments().toMillis(), _ -> tick.run());
    return null;
  }

  void end() {
    if (lasts) {
      lasts = false;
      timing.waited();
      hop.room().leave();
      hop.vertx().cancelTimer(ticker);
    }
  }

  /** {@return why it has to end; null where it goes on, which a stream is told} */
  @Nullable OpenAiError look(ServiceStatus service, boolean isStream) {
    Duration waited = Duration.ofNanos(System.nanoTime() - since);
    Duration left = left(service).orElse(Duration.ZERO);
    if (waited.compareTo(hop.limits().longestWait()) > 0
        || (!isStream && left.compareTo(hop.limits().patience()) > 0)) {
      return OpenAiError.later(
          "not_ready",
          "'" + service.servedName() + "' is not ready yet: " + described(service),
          left.isZero() ? SOME_TIME : left);
    }
    if (isStream && waited.compareTo(hop.limits().betweenComments()) >= 0) {
      client.comment("waiting for '" + service.servedName() + "': " + described(service));
    }
    return null;
  }

  /** {@return it is not ready, and a request too large to be kept cannot wait for it} */
  static OpenAiError tooLarge(ServiceStatus service) {
    return OpenAiError.later(
        "not_ready",
        "'"
            + service.servedName()
            + "' is "
            + service.state().printed()
            + ", and the request is too large to wait for it",
        left(service).orElse(SOME_TIME));
  }

  /** {@return how long it will still load, where that is measured} */
  static Optional<Duration> left(ServiceStatus service) {
    ModelLoadProgress progress = service.progress();
    return progress == null ? Optional.empty() : Optional.ofNullable(progress.remaining());
  }

  private static String described(ServiceStatus service) {
    String phase = service.phase() == null ? "" : ", " + service.phase().label();
    String rest = left(service).map(each -> ", about " + each.toSeconds() + " s left").orElse("");
    return service.state().printed() + phase + rest;
  }
}
