package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.LogLevel;
import dev.stoker.application.port.out.InferenceProvider.LineMark;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Level and time of a line ({@code facts-vllm.md} 3.1): a record has both, without a year; the HTTP
 * server's own words have a level; the lines of a traceback are errors.
 */
final class VllmLineMark {
  private static final Pattern RECORD =
      Pattern.compile(
          "(?:^|[^A-Za-z])(DEBUG|INFO|WARNING|ERROR|CRITICAL) (\\d\\d)-(\\d\\d)"
              + " (\\d\\d):(\\d\\d):(\\d\\d) ");
  private static final Pattern UVICORN = Pattern.compile("^(INFO|WARNING|ERROR):\\s");
  private static final Pattern TRACEBACK =
      Pattern.compile(
          "^Traceback \\(|^  File"
              + " \"|^(?:[\\w.]{1,200}\\.)?\\w{1,100}(?:Error|Exception|Interrupt)(?::|$)");

  private VllmLineMark() {}

  /**
   * {@return what the line says}
   *
   * @param now the year is the one that makes it the past, or at most a day ahead
   */
  static LineMark of(String line, Instant now, ZoneId zone) {
    Matcher record = RECORD.matcher(line.length() > 200 ? line.substring(0, 200) : line);
    if (record.find()) {
      return new LineMark(LogLevel.valueOf(record.group(1)), time(record, now, zone));
    }
    String text = OutputLine.of(line).text();
    Matcher uvicorn = UVICORN.matcher(text);
    if (uvicorn.find()) {
      return new LineMark(LogLevel.valueOf(uvicorn.group(1)), null);
    }
    return new LineMark(TRACEBACK.matcher(text).find() ? LogLevel.ERROR : null, null);
  }

  private static @Nullable Instant time(Matcher record, Instant now, ZoneId zone) {
    LocalDateTime today = LocalDateTime.ofInstant(now, zone);
    try {
      LocalDateTime at =
          LocalDateTime.of(
              today.getYear(),
              Integer.parseInt(record.group(2)),
              Integer.parseInt(record.group(3)),
              Integer.parseInt(record.group(4)),
              Integer.parseInt(record.group(5)),
              Integer.parseInt(record.group(6)));
      boolean ahead = at.isAfter(today.plus(1, ChronoUnit.DAYS));
      return (ahead ? at.minusYears(1) : at).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      // A 29th of February seen from another year, or no date at all.
      return null;
    }
  }
}
