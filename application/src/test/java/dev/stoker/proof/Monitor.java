package dev.stoker.proof;

import dev.stoker.domain.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches one service from outside and says when an invariant is broken. A value: each fact gives
 * the next one, so that it can be a part of a state that is searched.
 *
 * @param tree whether a process of the service lives
 * @param stopped whether a stop by hand was acknowledged, and nothing by hand came after it
 * @param automatic uptimes of the automatic launches since the last command by hand, in the window
 * @param sinceReady launches in a row that never became ready
 * @param goodServer whether the server that lives is ready, and nothing was asked or went wrong
 */
public record Monitor(
    boolean tree, boolean stopped, List<Duration> automatic, int sinceReady, boolean goodServer) {
  /** More than the default of {@code max_restarts_per_minute} is not to be seen in any window. */
  private static final int MOST_RESTARTS = 3;

  /** Copies the list. */
  public Monitor {
    automatic = List.copyOf(automatic);
  }

  /** {@return of a service that never was started} */
  public static Monitor fresh() {
    return new Monitor(false, false, List.of(), 0, false);
  }

  /** It is to be launched. */
  public Monitor mayLaunch(boolean ours) {
    require(ours, "D6", "launched in a mode that does not own the process");
    return this;
  }

  /**
   * A process came to be.
   *
   * @param byItself whether it is an automatic restart
   * @param takenBack whether it is to be ended as soon as it is known
   */
  public Monitor launched(boolean byItself, boolean takenBack, Duration uptime) {
    require(!tree, "D1", "a second tree is launched beside a living one");
    require(!stopped, "D2", "launched after a stop that was acknowledged");
    List<Duration> within = new ArrayList<>();
    for (Duration at : automatic) {
      if (at.compareTo(uptime.minus(RestartPolicy.WINDOW)) > 0) {
        within.add(at);
      }
    }
    if (byItself) {
      require(
          within.isEmpty()
              || uptime.minus(within.getLast()).compareTo(RestartPolicy.SHORTEST_DELAY) >= 0,
          "D3",
          "less than 2 s between automatic launches");
      within.add(uptime);
      require(within.size() <= MOST_RESTARTS, "D3", within.size() + " automatic launches in 60 s");
    }
    if (takenBack) {
      return new Monitor(true, stopped, within, sinceReady, false);
    }
    require(
        sinceReady < RestartPolicy.MAX_FAILED_LAUNCHES,
        "S4",
        "a fourth launch after three that never became ready");
    return new Monitor(true, stopped, within, sinceReady + 1, false);
  }

  /** It serves. */
  public Monitor ready() {
    return new Monitor(tree, stopped, automatic, 0, tree);
  }

  /** Nothing of it lives any more. */
  public Monitor gone() {
    return new Monitor(false, stopped, automatic, sinceReady, false);
  }

  /** Something went wrong with it, or was asked of it: ending it is no fault. */
  public Monitor blamed() {
    return new Monitor(tree, stopped, automatic, sinceReady, false);
  }

  /** A start or restart by hand was taken. */
  public Monitor startedByHand() {
    return new Monitor(tree, false, List.of(), 0, false);
  }

  /** A stop by hand was acknowledged. */
  public Monitor stopAcknowledged() {
    require(!tree, "S6", "a stop is acknowledged while a process of it lives");
    return new Monitor(tree, true, automatic, sinceReady, false);
  }

  /** A process of it is sent a signal. */
  public Monitor signalled() {
    require(!goodServer, "S7", "a good server is ended that nobody asked to end");
    return this;
  }

  /** It says that it is down. */
  public Monitor saysDown() {
    require(!tree, "S6", "it is said to be down while a process of it lives");
    return this;
  }

  private static void require(boolean holds, String invariant, String what) {
    if (!holds) {
      throw new BrokenInvariant(invariant, what);
    }
  }
}
