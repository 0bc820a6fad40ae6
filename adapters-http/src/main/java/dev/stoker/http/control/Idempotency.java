package dev.stoker.http.control;

import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.LifecycleException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is asked twice under one key ({@code Idempotency-Key}) is done once, and answered twice: a
 * caller that heard no answer may ask again without harm. The last {@value #MOST} keys are known,
 * for ten minutes each. Safe for any thread.
 */
final class Idempotency {
  private static final int MOST = 1024;
  private static final Duration KEPT = Duration.ofMinutes(10);
  private static final int BAD_REQUEST = 400;
  private static final int OTHER_REQUEST = 422;

  private final LongSupplier nanos;

  /** The oldest first. */
  private final Map<String, Done> known = new LinkedHashMap<>();

  Idempotency(LongSupplier nanos) {
    this.nanos = nanos;
  }

  private record Done(String what, CompletionStage<? extends Answer> answer, long at) {}

  /**
   * {@return the answer: of the first call under that key, where there was one}
   *
   * @param key null for a call that is done each time
   * @param what is asked; under one key only one thing is
   */
  CompletionStage<? extends Answer> once(
      @Nullable String key,
      String what,
      Supplier<? extends CompletionStage<? extends Answer>> action) {
    if (key == null) {
      return action.get();
    }
    if (!key.matches("[!-~]{1,255}")) {
      throw refused("the Idempotency-Key must be 1 to 255 visible characters", BAD_REQUEST);
    }
    synchronized (this) {
      long now = nanos.getAsLong();
      known.values().removeIf(done -> now - done.at() > KEPT.toNanos());
      Done before = known.get(key);
      if (before != null && !before.what().equals(what)) {
        throw refused("the Idempotency-Key was used for another call", OTHER_REQUEST);
      }
      if (before != null) {
        return before.answer();
      }
      // Begun within the lock: what comes second finds it.
      CompletionStage<? extends Answer> answer = action.get();
      if (known.size() == MOST) {
        known.remove(known.keySet().iterator().next());
      }
      known.put(key, new Done(what, answer, now));
      return answer;
    }
  }

  private static LifecycleException refused(String problem, int status) {
    return new LifecycleException(
        new RequestRefused(problem, status, "take a new key for each thing to do"));
  }
}
