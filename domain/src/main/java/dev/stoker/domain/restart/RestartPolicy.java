package dev.stoker.domain.restart;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import dev.stoker.domain.restart.RestartDecision.GiveUp;
import dev.stoker.domain.restart.RestartDecision.RestartAfter;
import java.time.Duration;
import java.time.Instant;

/**
 * How often, and how soon, a server may be restarted automatically (FR-033, FR-034).
 *
 * @param maxPerWindow restarts allowed in any {@link #WINDOW}
 * @param delay at least this long before each
 */
public record RestartPolicy(int maxPerWindow, Duration delay) {
  /** The window in which restarts are counted; it slides. */
  public static final Duration WINDOW = Duration.ofSeconds(60);

  /** The delay that is never undercut. */
  public static final Duration SHORTEST_DELAY = Duration.ofSeconds(2);

  /** The longest backoff. */
  public static final Duration LONGEST_DELAY = Duration.ofSeconds(60);

  /** Launches in a row that may fail before it is left alone: a slow crash loop fills no window. */
  public static final int MAX_FAILED_LAUNCHES = 3;

  /** {@return whether to restart, when, and why} */
  public RestartDecision decide(RestartHistory history, Failure failure, Instant now) {
    if (failure.retry() == Retry.POINTLESS) {
      return new GiveUp(false, "starting again would fail the same way");
    }
    if (history.countWithin(WINDOW, now) >= maxPerWindow) {
      return new GiveUp(true, maxPerWindow + " restarts within " + WINDOW.toSeconds() + " s");
    }
    if (history.failedLaunches() >= MAX_FAILED_LAUNCHES) {
      return new GiveUp(true, MAX_FAILED_LAUNCHES + " launches in a row never became ready");
    }
    int doublings = Math.min(history.failedLaunches(), 5);
    Duration backoff = delay.multipliedBy(1L << doublings);
    return new RestartAfter(
        backoff.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : backoff, "within the limits");
  }
}
