package dev.stoker.http.gateway;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was read of a request's body: kept while it may have to be sent again, and counted. */
final class Intake {
  /** What a client is told that has stopped in the middle. */
  static final OpenAiError INCOMPLETE =
      OpenAiError.ofRequest(408, "request_timeout", "the rest of the request does not come");

  private final WaitingRoom room;
  private final GatewayLimits limits;
  private final WantedFields fields;

  /** The whole body, as far as it came; null once it is not needed, or too large. */
  private @Nullable Buffer kept = Buffer.buffer();

  /** How much of it counts as kept. */
  private long taken;

  private long received;
  private long heardNanos = System.nanoTime();

  Intake(WaitingRoom room, GatewayLimits limits, WantedFields fields) {
    this.fields = fields;
    this.room = room;
    this.limits = limits;
  }

  /** {@return what it asks for, as far as it came} */
  WantedFields fields() {
    return fields;
  }

  /** {@return why no more of it is taken; null where there is no reason} */
  @Nullable OpenAiError count(Buffer part) {
    heardNanos = System.nanoTime();
    received += part.length();
    return received > limits.largestBody()
        ? OpenAiError.ofRequest(
            413, "request_too_large", "the body is larger than " + limits.largestBody() + " bytes")
        : null;
  }

  /** {@return whether nothing of it has come for too long} */
  boolean isSilent() {
    return System.nanoTime() - heardNanos > limits.silence().toNanos();
  }

  /** {@return whether more came than anybody would read on for} */
  boolean isEndless() {
    return received > 2 * limits.largestBody();
  }

  /** {@return why it cannot be kept; null where it is} */
  @Nullable OpenAiError keep(Buffer part) {
    if (!room.take(part.length())) {
      return OpenAiError.later(
          "overloaded", "too many bytes of requests are kept", Duration.ofSeconds(5));
    }
    taken += part.length();
    fields.feed(part);
    Objects.requireNonNull(kept).appendBuffer(part);
    return null;
  }

  /** {@return whether it is too large to wait, and it is known whose it is} */
  boolean isTooLargeToWait() {
    return kept != null && kept.length() > limits.keptBody() && fields.model() != null;
  }

  /** {@return whether it could be sent again} */
  boolean isKept() {
    return kept != null;
  }

  /** {@return all of it that came} */
  Buffer kept() {
    return Objects.requireNonNull(kept);
  }

  /** It is sent once, and never again. */
  void forget() {
    kept = null;
  }

  /** Its bytes are held no longer. */
  void release() {
    room.release(taken);
    taken = 0;
  }
}
