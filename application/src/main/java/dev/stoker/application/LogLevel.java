package dev.stoker.application;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How grave a line of output is, from the least on. */
public enum LogLevel {
  /** For developers of the server. */
  DEBUG,
  /** What goes on. */
  INFO,
  /** What may lead to trouble. */
  WARNING,
  /** What went wrong. */
  ERROR,
  /** What ended the server. */
  CRITICAL;

  /** {@return the level of that name, in any case; or empty} */
  public static Optional<LogLevel> parse(String text) {
    String name = text.strip().toUpperCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(level -> level.name().equals(name) || (level == WARNING && name.equals("WARN")))
        .findFirst();
  }
}
