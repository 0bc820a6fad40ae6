package dev.stoker.domain.failure;

import java.io.Serial;

/** The one exception of Stoker: a {@link Failure} that its caller cannot go on from. */
public final class LifecycleException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient Failure failure;

  /** Wraps a failure that Stoker found by itself. */
  public LifecycleException(Failure failure) {
    super(failure.code().code() + " " + failure.what());
    this.failure = failure;
  }

  /** Wraps a failure that was found in somebody else's exception. */
  public LifecycleException(Failure failure, Throwable cause) {
    super(failure.code().code() + " " + failure.what(), cause);
    this.failure = failure;
  }

  /** {@return the failure; never null within one process (it is not serialised)} */
  public Failure failure() {
    return failure;
  }
}
