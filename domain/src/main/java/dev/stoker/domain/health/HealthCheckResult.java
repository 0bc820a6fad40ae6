package dev.stoker.domain.health;

import java.time.Duration;

/** What one health check found (FR-016, FR-018). A probe that broke is no verdict on the server. */
public sealed interface HealthCheckResult {
  /**
   * It answered as it should.
   *
   * @param took how long the check took
   */
  record Healthy(Duration took) implements HealthCheckResult {
    @Override
    public boolean countsAsFailure() {
      return false;
    }

    @Override
    public String describe() {
      return "healthy";
    }
  }

  /** Nothing listens at the port. */
  record Refused() implements HealthCheckResult {
    @Override
    public String describe() {
      return "connection refused";
    }
  }

  /**
   * No answer in time (FR-019).
   *
   * @param after how long it was waited for
   */
  record TimedOut(Duration after) implements HealthCheckResult {
    @Override
    public String describe() {
      return "no answer within " + after.toSeconds() + " s";
    }
  }

  /**
   * No answer in time, but work was done since the check before: it is busy.
   *
   * @param after how long it was waited for
   */
  record Busy(Duration after) implements HealthCheckResult {
    @Override
    public boolean countsAsFailure() {
      return false;
    }

    @Override
    public String describe() {
      return "no answer within " + after.toSeconds() + " s, but its counters move: busy";
    }
  }

  /** The one that answers at the port is not ours. */
  record NotOurs() implements HealthCheckResult {
    @Override
    public String describe() {
      return "another process listens at the port";
    }
  }

  /**
   * An answer that is not 200.
   *
   * @param path which endpoint
   * @param status the HTTP status
   */
  record BadStatus(String path, int status) implements HealthCheckResult {
    @Override
    public String describe() {
      return path + " answered " + status;
    }
  }

  /**
   * It serves, but not this model.
   *
   * @param expected the served name that was looked for
   * @param served what it listed instead, shortened
   */
  record WrongModel(String expected, String served) implements HealthCheckResult {
    @Override
    public String describe() {
      return "model " + expected + " is not served; served: " + served;
    }
  }

  /**
   * The check itself could not be made.
   *
   * @param why what went wrong on our side
   */
  record ProbeBroken(String why) implements HealthCheckResult {
    @Override
    public boolean countsAsFailure() {
      return false;
    }

    @Override
    public String describe() {
      return "the check could not be made: " + why;
    }
  }

  /** {@return whether it counts towards the failed checks in a row} */
  default boolean countsAsFailure() {
    return true;
  }

  /** {@return a few words for messages} */
  String describe();
}
