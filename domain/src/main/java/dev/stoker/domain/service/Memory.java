package dev.stoker.domain.service;

import dev.stoker.domain.restart.RestartHistory;

/**
 * What every state of a service carries on to the next.
 *
 * @param epoch the number of the last launch, 0 before the first; events of another are stale
 * @param restarts what counts towards the restart limit
 */
public record Memory(long epoch, RestartHistory restarts) {
  private static final Memory NEW = new Memory(0, RestartHistory.empty());

  /** {@return the memory of a service that never was started} */
  public static Memory fresh() {
    return NEW;
  }

  /** {@return with the number of the next launch} */
  Memory nextEpoch() {
    return new Memory(epoch + 1, restarts);
  }

  /** {@return with this history instead} */
  public Memory with(RestartHistory history) {
    return new Memory(epoch, history);
  }
}
