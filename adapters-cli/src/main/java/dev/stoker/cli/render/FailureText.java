package dev.stoker.cli.render;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import java.util.List;

/** A failure in plain words: what, why, what to do, and what it was concluded from. */
public final class FailureText {
  private static final int MOST_LINES = 15;
  private static final int LONGEST_LINE = 400;

  private FailureText() {}

  /** Prints a failure on standard error. */
  public static void print(Terminal terminal, Failure failure) {
    terminal.say(
        terminal.red(terminal.bold("error " + failure.code().code()))
            + " "
            + failure.code().title());
    terminal.say("  what:  " + failure.what());
    if (!failure.cause().isBlank()) {
      terminal.say("  cause: " + shortened(failure.cause()));
    }
    terminal.say("  do:    " + failure.remedy());
    List<String> lines = failure.evidence().lines();
    if (!lines.isEmpty() && !(failure instanceof AccessDenied)) {
      terminal.say("  last lines of output:");
      lines
          .subList(Math.max(0, lines.size() - MOST_LINES), lines.size())
          .forEach(line -> terminal.say("    | " + shortened(line)));
    }
    if (failure.evidence().log() != null) {
      terminal.say("  log:   " + failure.evidence().log());
    }
  }

  private static String shortened(String line) {
    return line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
  }
}
