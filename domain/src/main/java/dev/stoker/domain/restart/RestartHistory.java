package dev.stoker.domain.restart;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The automatic restarts that still count (FR-033, FR-035).
 *
 * @param restarts when each was decided, oldest first
 * @param failedLaunches launches in a row that never became ready
 */
public record RestartHistory(List<Instant> restarts, int failedLaunches) {
  private static final RestartHistory EMPTY = new RestartHistory(List.of(), 0);

  /** Copies the list. */
  public RestartHistory {
    restarts = List.copyOf(restarts);
  }

  /** {@return nothing counted: new, or forgiven by a start by hand} */
  public static RestartHistory empty() {
    return EMPTY;
  }

  /** {@return how many restarts were decided in the window that ends now} */
  public int countWithin(Duration window, Instant now) {
    Instant from = now.minus(window);
    return (int) restarts.stream().filter(at -> at.isAfter(from)).count();
  }

  /** {@return with one more restart; those that left the window are dropped} */
  public RestartHistory restarted(Instant now, Duration window) {
    Instant from = now.minus(window);
    List<Instant> kept = new ArrayList<>(restarts.stream().filter(at -> at.isAfter(from)).toList());
    kept.add(now);
    return new RestartHistory(kept, failedLaunches);
  }

  /** {@return after a launch that ended before it was ready} */
  public RestartHistory launchFailed() {
    return new RestartHistory(restarts, failedLaunches + 1);
  }

  /** {@return after a launch that became ready: the row of failed ones is broken} */
  public RestartHistory launchSucceeded() {
    return new RestartHistory(restarts, 0);
  }
}
