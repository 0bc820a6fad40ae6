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
   * Stop it; given a second time by hand, without waiting any longer.
   *
   * @param byHand whether a person or program asked for this service to be down; then it stays so.
   *     Else, as at the end of a daemon, the next need starts it again
   * @param now whether it is not waited for any longer
   */
  record Stop(boolean byHand, boolean now) implements ServiceCommand {}

  /** Stop it, then start it. */
  record Restart() implements ServiceCommand {}
}
