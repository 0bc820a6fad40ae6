package dev.stoker.cli.render;

import dev.stoker.domain.failure.ControlFailure.StaysFailed;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A failure in plain words: what, why, what to do, and what it was concluded from. */
public final class FailureText {
  private static final Logger log = LoggerFactory.getLogger(FailureText.class);
  private static final int MOST_LINES = 15;
  private static final int LONGEST_LINE = 400;

  private FailureText() {}

  /** Prints a failure on standard error, and writes it to the log (FR-048, NFR-014). */
  public static void print(Terminal terminal, Failure failure) {
    log.atError()
        .addKeyValue("code", failure.code().code())
        .addKeyValue("what", failure.what())
        .addKeyValue("cause", failure.cause())
        .log("failure");
    lines(terminal, failure).forEach(terminal::say);
  }

  /** {@return a failure's lines, as they are shown on this terminal} */
  public static List<String> lines(Terminal terminal, Failure failure) {
    List<String> lines = new ArrayList<>();
    lines.add(
        terminal.red(terminal.bold("error " + failure.code().code()))
            + " "
            + failure.code().title());
    lines.add("  what:  " + failure.what());
    if (!failure.cause().isBlank()) {
      lines.add("  cause: " + shortened(failure.cause()));
    }
    lines.add("  do:    " + failure.remedy());
    List<String> evidence = failure.evidence().lines();
    if (!evidence.isEmpty() && !isAboutAccess(failure)) {
      lines.add("  its own words:");
      evidence.subList(Math.max(0, evidence.size() - MOST_LINES), evidence.size()).stream()
          .map(line -> "    | " + shortened(line))
          .forEach(lines::add);
    }
    if (failure.evidence().log() != null) {
      lines.add("  log:   " + failure.evidence().log());
    }
    return lines;
  }

  /** What the Hub says of that is no help, and long. */
  private static boolean isAboutAccess(Failure failure) {
    return failure instanceof StaysFailed stays
        ? isAboutAccess(stays.why())
        : failure instanceof AccessDenied;
  }

  private static String shortened(String line) {
    return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
  }
}
