package dev.stoker.domain.unit;

import java.time.Duration;
import java.time.Instant;

/**
 * One moment, told twice: for people, and for limits.
 *
 * @param wall by the clock that people read; it may be set forward and back
 * @param uptime how long the machine has been up, sleep included ({@code CLOCK_BOOTTIME}); it only
 *     grows, and begins anew with each boot
 */
public record Moment(Instant wall, Duration uptime) {
  /** {@return the moment this much later} */
  public Moment plus(Duration later) {
    return new Moment(wall.plus(later), uptime.plus(later));
  }
}
