package dev.stoker.domain.unit;

import java.time.Duration;

/** Durations in the words of people. */
public final class DurationText {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final int DAY = 86_400;

  private DurationText() {}

  /** {@return such as {@code 45 s}, {@code 3 min 5 s}, {@code 2 h 4 min}; negative ones as 0 s} */
  public static String of(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < MINUTE) {
      return seconds + " s";
    }
    if (seconds < HOUR) {
      return seconds / MINUTE + " min " + seconds % MINUTE + " s";
    }
    return seconds < DAY
        ? seconds / HOUR + " h " + seconds / MINUTE % MINUTE + " min"
        : seconds / DAY + " d " + seconds / HOUR % 24 + " h";
  }
}
