package dev.stoker.domain.restart;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import dev.stoker.domain.restart.RestartDecision.GiveUp;
import dev.stoker.domain.restart.RestartDecision.RestartAfter;
import java.time.Duration;

/**
 * How often, and how soon, a server may be restarted automatically (FR-033, FR-034).
 *
 * @param maxPerWindow restarts allowed in any {@link #WINDOW}
 * @param delay at least this long before each
 * @param salt spreads the restarts of this service apart from those of others
 */
public record RestartPolicy(int maxPerWindow, Duration delay, long salt) {
  /** The window in which restarts are counted; it slides. */
  public static final Duration WINDOW = Duration.ofSeconds(60);

  /** The delay that is never undercut. */
  public static final Duration SHORTEST_DELAY = Duration.ofSeconds(2);

  /** The longest backoff, before it is spread. */
  public static final Duration LONGEST_DELAY = Duration.ofSeconds(60);

  /** Launches in a row that may fail before it is left alone: a slow crash loop fills no window. */
  public static final int MAX_FAILED_LAUNCHES = 3;

  /** Attempts in a row that may find the port or the network as bad as before: some 6 minutes. */
  public static final int MAX_WAITS = 10;

  private static final int MOST_DOUBLINGS = 5;
  private static final int LARGEST_SPREAD_PERCENT = 25;

  /**
   * {@return whether to restart, when, and why}
   *
   * @param history what counts so far, this end included
   * @param failure why it is down
   * @param launched whether there was a process
   * @param uptime of the machine now
   */
  public RestartDecision decide(
      RestartHistory history, Failure failure, boolean launched, Duration uptime) {
    if (failure.retry() == Retry.POINTLESS) {
      return new GiveUp(false, "starting again would fail the same way");
    }
    if (history.attended() && !(launched && failure.retry() == Retry.AFTER_WAITING)) {
      return new GiveUp(false, "who started it by hand is there to read why");
    }
    if (!launched && failure.retry() == Retry.AFTER_WAITING) {
      return history.waits() > MAX_WAITS
          ? new GiveUp(false, MAX_WAITS + " attempts in a row found it so")
          : new RestartAfter(
              backoff(Math.max(0, history.waits() - 1), history), "waits until that has ended");
    }
    if (history.launchesSinceReady() >= MAX_FAILED_LAUNCHES) {
      return new GiveUp(true, MAX_FAILED_LAUNCHES + " launches in a row never became ready");
    }
    Duration wait = backoff(history.launchesSinceReady(), history);
    // Counted in the window that ends with the launch to come, not with this decision.
    if (history.countWithin(WINDOW, uptime.plus(wait)) >= maxPerWindow) {
      return new GiveUp(true, maxPerWindow + " restarts within " + WINDOW.toSeconds() + " s");
    }
    return new RestartAfter(wait, "within the limits");
  }

  /** The first time exactly the delay; when it repeats, doubled each time and spread. */
  private Duration backoff(int repeated, RestartHistory history) {
    Duration doubled = delay.multipliedBy(1L << Math.min(repeated, MOST_DOUBLINGS));
    Duration bounded = doubled.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : doubled;
    return repeated == 0
        ? bounded
        : bounded.plus(bounded.multipliedBy(spread(repeated, history)).dividedBy(100));
  }

  /** Chance is an input like any other here: the same question has the same answer. */
  private int spread(int repeated, RestartHistory history) {
    long mixed = (salt * 31 + repeated) * 31 + history.restarts().hashCode();
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    return (int) Math.floorMod(mixed ^ (mixed >>> 33), (long) LARGEST_SPREAD_PERCENT + 1);
  }
}
