package dev.stoker.domain.service;

import dev.stoker.domain.failure.Failure;

/** What follows when nothing of a launch is left. */
public sealed interface AfterEnd {
  /**
   * It stays down.
   *
   * @param byHand whether somebody wished it
   */
  record StayDown(boolean byHand) implements AfterEnd {}

  /** It is started again at once: somebody wished that. */
  record StartAgain() implements AfterEnd {}

  /**
   * The restart policy decides.
   *
   * @param why why it ended
   */
  record Recover(Failure why) implements AfterEnd {}

  /**
   * It is given up.
   *
   * @param why the reason to show
   */
  record GiveUp(Failure why) implements AfterEnd {}
}
