package dev.stoker.cli;

import dev.stoker.domain.failure.FailureKind;

/** What the process ends with; {@code docs/errors.md} lists them. */
public final class ExitCodes {
  /** All is well. */
  public static final int OK = 0;

  /** Something inside Stoker failed. */
  public static final int INTERNAL = 1;

  /** What was given is wrong: flags, configuration, model. */
  public static final int USAGE = 2;

  /** Something is missing or wrong on this machine. */
  public static final int ENVIRONMENT = 3;

  /** Something is taken or used up. */
  public static final int RESOURCE = 4;

  /** The server, or the Hub, failed. */
  public static final int UPSTREAM = 5;

  /** A limit of time was reached. */
  public static final int TIMEOUT = 6;

  /** The user said no. */
  public static final int DECLINED = 7;

  /** A signal ended it: this and the signal's number. */
  public static final int SIGNAL_BASE = 128;

  private ExitCodes() {}

  /** {@return the exit code of a kind of failure} */
  public static int of(FailureKind kind) {
    return switch (kind) {
      case INVALID_INPUT -> USAGE;
      case ENVIRONMENT -> ENVIRONMENT;
      case RESOURCE -> RESOURCE;
      case UPSTREAM -> UPSTREAM;
      case TIMEOUT -> TIMEOUT;
      case CANCELLED, INTERNAL -> INTERNAL;
    };
  }
}
