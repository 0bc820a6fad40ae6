package dev.stoker.domain.restart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What counts towards the restart limits (FR-033, FR-035). It is written down before each launch,
 * so that it holds when Stoker is killed.
 *
 * @param restarts the machine's uptime at each automatic restart, oldest first
 * @param launchesSinceReady launches since one last became ready, the present one included
 * @param waits attempts in a row that launched nothing, because something outside must end first
 * @param attended whether somebody started it by hand, and it was not ready since: who did is there
 *     to read why it fails
 */
public record RestartHistory(
    List<Duration> restarts, int launchesSinceReady, int waits, boolean attended) {
  private static final RestartHistory EMPTY = new RestartHistory(List.of(), 0, 0, false);
  private static final RestartHistory BY_HAND = new RestartHistory(List.of(), 0, 0, true);

  /** Copies the list. */
  public RestartHistory {
    restarts = List.copyOf(restarts);
  }

  /** {@return nothing counted} */
  public static RestartHistory empty() {
    return EMPTY;
  }

  /** {@return nothing counted any more: it was started by hand} */
  public static RestartHistory byHand() {
    return BY_HAND;
  }

  /** {@return how many restarts fall in the window that ends there} */
  public int countWithin(Duration window, Duration uptime) {
    Duration from = uptime.minus(window);
    return (int)
        restarts.stream().filter(at -> at.compareTo(from) > 0 && at.compareTo(uptime) <= 0).count();
  }

  /** {@return with one more launch} */
  public RestartHistory launched() {
    return new RestartHistory(restarts, launchesSinceReady + 1, waits, attended);
  }

  /** {@return with one more automatic restart; those that left the window are dropped} */
  public RestartHistory restarted(Duration uptime, Duration window) {
    Duration from = uptime.minus(window);
    List<Duration> kept = new ArrayList<>();
    restarts.stream().filter(at -> at.compareTo(from) > 0).forEach(kept::add);
    kept.add(uptime);
    return new RestartHistory(kept, launchesSinceReady + 1, waits, attended);
  }

  /**
   * {@return with the last restart counted from when its process came to be: it may have waited for
   * its port or its devices since it was decided}
   */
  public RestartHistory cameToBe(Duration uptime) {
    if (restarts.isEmpty()) {
      return this;
    }
    List<Duration> later = new ArrayList<>(restarts.subList(0, restarts.size() - 1));
    later.add(uptime);
    return new RestartHistory(later, launchesSinceReady, waits, attended);
  }

  /**
   * {@return after a launch that came to nothing because something outside must end first: it does
   * not count, the waiting does}
   *
   * @param automatic whether it was counted as a restart
   */
  public RestartHistory waited(boolean automatic) {
    List<Duration> without =
        automatic && !restarts.isEmpty() ? restarts.subList(0, restarts.size() - 1) : restarts;
    return new RestartHistory(without, launchesSinceReady - 1, waits + 1, attended);
  }

  /** {@return after a launch that became ready: the row of others is broken} */
  public RestartHistory becameReady() {
    return new RestartHistory(restarts, 0, 0, false);
  }

  /** {@return when whoever started it is not there any more} */
  public RestartHistory unattended() {
    return new RestartHistory(restarts, launchesSinceReady, waits, false);
  }

  /** {@return in another boot of the machine: its uptime began anew, and the window with it} */
  public RestartHistory inAnotherBoot() {
    return new RestartHistory(List.of(), launchesSinceReady, waits, attended);
  }
}
