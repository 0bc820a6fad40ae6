package dev.stoker.cli.command;

import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as one writes it: how long back, a day, or a time. */
final class When {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})(s|m|h|d)");

  private When() {}

  static Instant parse(String option, String text, Instant now) {
    Matcher age = AGE.matcher(text);
    if (age.matches()) {
      long count = Long.parseLong(age.group(1));
      return now.minus(
          switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
    } catch (DateTimeParseException e) {
      throw new LifecycleException(
          new InvalidConfiguration(
              List.of(
                  new Violation(
                      option,
                      text,
                      "must be such as 30m, 24h, 7d, 2026-11-22, 2026-11-22T10:00:00Z",
                      "command line"))));
    }
  }
}
