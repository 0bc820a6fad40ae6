package dev.stoker.domain.restart;

import java.time.Duration;

/** What to do about a server that is gone without having been asked to go. */
public sealed interface RestartDecision {
  /**
   * Start it again.
   *
   * @param delay not before this long (FR-034)
   * @param reason why this is right
   */
  record RestartAfter(Duration delay, String reason) implements RestartDecision {}

  /**
   * Leave it.
   *
   * @param limitReached whether the budget is what forbids it
   * @param reason why this is right
   */
  record GiveUp(boolean limitReached, String reason) implements RestartDecision {}
}
