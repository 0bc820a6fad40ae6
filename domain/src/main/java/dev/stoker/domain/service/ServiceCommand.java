package dev.stoker.domain.service;

/** What somebody wants of a service. */
public sealed interface ServiceCommand extends ServiceEvent {
  /** Start it, by hand: this forgives earlier restarts (FR-035). */
  record Start() implements ServiceCommand {}

  /**
   * Make sure that it serves (FR-021); unlike a start by hand this overrides neither stop nor
   * failure.
   */
  record EnsureHealthy() implements ServiceCommand {}

  /**
   * Stop it; given a second time, without waiting any longer.
   *
   * @param byHand whether a person or program asked, not a timer
   */
  record Stop(boolean byHand) implements ServiceCommand {}

  /** Stop it, then start it. */
  record Restart() implements ServiceCommand {}
}
