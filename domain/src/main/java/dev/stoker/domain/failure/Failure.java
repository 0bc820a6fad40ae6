package dev.stoker.domain.failure;

/**
 * One row of the error catalogue with what happened this time.
 *
 * <p>Each says what happened, why most likely, and what to do; {@code docs/errors.md} lists them.
 */
public sealed interface Failure
    permits ControlFailure,
        DeviceFailure,
        ModelFailure,
        ResourceFailure,
        ServerFailure,
        StokerFailure {
  /** {@return the row of the catalogue} */
  ErrorCode code();

  /**
   * {@return what happened, one sentence without full stop, with the names and numbers of the case}
   */
  String what();

  /** {@return the likely cause, one sentence; empty when {@link #what()} says it all} */
  String cause();

  /** {@return what to do, in the imperative} */
  String remedy();

  /** {@return what it was concluded from} */
  default Evidence evidence() {
    return Evidence.none();
  }

  /** {@return whether starting again can help} */
  default Retry retry() {
    return code().retry();
  }
}
