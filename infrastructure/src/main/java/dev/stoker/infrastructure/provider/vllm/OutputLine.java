package dev.stoker.infrastructure.provider.vllm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of output in its parts ({@code facts-vllm.md} 3.1): who printed it, as what, and the text.
 *
 * @param process the innermost name in front, such as {@code Worker_TP0}; empty where there is none
 * @param level of a log record, such as {@code ERROR}; empty where it is none
 * @param text without both
 */
record OutputLine(String process, String level, String text) {
  /** Nested where workers are forked (up to 0.15); with a space in 0.10.1. */
  private static final Pattern PREFIX =
      Pattern.compile(
          "\\G\\((?<process>[A-Za-z][\\w-]{0,40})(?:[ _][\\w= ]{0,40})? pid=\\d{1,10}\\)\\s?");

  /** What {@code VLLM_LOGGING_PREFIX} says stands before the level. */
  private static final Pattern RECORD =
      Pattern.compile(
          "^(?:.{0,39}[^A-Za-z])?(?<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) \\d\\d-\\d\\d"
              + " \\d\\d:\\d\\d:\\d\\d \\[?[\\w./…]{1,120}:\\d{1,6}\\] ?");

  static OutputLine of(String line) {
    Matcher prefix = PREFIX.matcher(line);
    String process = "";
    int at = 0;
    while (prefix.find()) {
      process = prefix.group("process");
      at = prefix.end();
    }
    String rest = line.substring(at);
    Matcher record = RECORD.matcher(rest);
    return record.find()
        ? new OutputLine(process, record.group("level"), rest.substring(record.end()))
        : new OutputLine(process, "", rest);
  }

  /** {@return how deep in the tree its process is; what is deeper is nearer to the cause} */
  int depth() {
    if (process.contains("Worker")) {
      return 3;
    }
    return process.startsWith("EngineCore") ? 2 : 1;
  }

  /** {@return whether it is a record that reports no failure} */
  boolean isHarmless() {
    return !level.isEmpty() && !level.equals("ERROR") && !level.equals("CRITICAL");
  }
}
