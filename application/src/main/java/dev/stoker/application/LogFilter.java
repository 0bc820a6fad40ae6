package dev.stoker.application;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of output are wanted.
 *
 * @param since none before it, null for all
 * @param level none less grave
 */
public record LogFilter(@Nullable Instant since, LogLevel level) {
  /** {@return every line} */
  public static LogFilter everything() {
    return new LogFilter(null, LogLevel.DEBUG);
  }

  /** {@return whether every line is wanted} */
  public boolean isEverything() {
    return since == null && level == LogLevel.DEBUG;
  }
}
