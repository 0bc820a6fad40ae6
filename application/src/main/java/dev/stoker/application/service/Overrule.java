package dev.stoker.application.service;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import org.jspecify.annotations.Nullable;

/**
 * Which switch is being prepared, if any: whatever is asked for later wins over it. For the
 * supervisor's thread.
 */
final class Overrule {
  private long ticket;
  private @Nullable Runnable overruled;

  /** {@return the ticket of a new one; who had one before is overruled} */
  long next(Runnable whenOverruled) {
    now();
    overruled = whenOverruled;
    return ticket;
  }

  /** Something else was asked for. */
  void now() {
    ticket++;
    Runnable told = overruled;
    overruled = null;
    if (told != null) {
      told.run();
    }
  }

  /**
   * Asks whether this one still holds; it is used up then.
   *
   * @throws LifecycleException when something else was asked for meanwhile
   */
  void require(long held) {
    if (held != ticket) {
      throw new LifecycleException(new Cancelled("something else was asked of it meanwhile"));
    }
    overruled = null;
  }
}
