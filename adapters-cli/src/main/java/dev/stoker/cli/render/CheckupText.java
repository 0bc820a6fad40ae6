package dev.stoker.cli.render;

import dev.stoker.application.Checkup;
import dev.stoker.application.Difference;
import dev.stoker.application.port.in.Doctor.Comparison;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the doctor found, a line for each thing, problems with what to do. */
public final class CheckupText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final Terminal terminal;

  /** A text for a terminal. */
  public CheckupText(Terminal terminal) {
    this.terminal = terminal;
  }

  /** {@return the lines, with a summary at the end} */
  public List<String> lines(List<Checkup> all) {
    int width = all.stream().mapToInt(each -> each.subject().length()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Checkup each : all) {
      String pad = " ".repeat(width - each.subject().length());
      lines.add(mark(each) + "  " + each.subject() + pad + "  " + each.finding());
      if (!each.remedy().isEmpty()) {
        lines.add(" ".repeat(9) + " ".repeat(width) + "  do: " + each.remedy());
      }
    }
    long problems = count(all, Checkup.Level.PROBLEM);
    long warnings = count(all, Checkup.Level.WARNING);
    lines.add("");
    lines.add(
        problems + warnings == 0
            ? "All is well."
            : problems + " problem(s), " + warnings + " warning(s).");
    return lines;
  }

  private static long count(List<Checkup> all, Checkup.Level level) {
    return all.stream().filter(each -> each.level() == level).count();
  }

  private String mark(Checkup each) {
    return switch (each.level()) {
      case OK -> "ok     ";
      case WARNING -> terminal.bold("warning");
      case PROBLEM -> terminal.red("problem");
    };
  }

  /** {@return how a start would differ from the last good one} */
  public static List<String> comparison(Comparison comparison) {
    String when = TIME.format(comparison.goodAt().atZone(ZoneId.systemDefault()));
    if (comparison.differences().isEmpty()) {
      return List.of("It would start as it did on " + when + ", when all was well.");
    }
    List<String> lines = new ArrayList<>();
    lines.add("Other than on " + when + ", when all was well:");
    for (Difference each : comparison.differences()) {
      String before = each.before().isEmpty() ? "(not there)" : each.before();
      String now = each.now().isEmpty() ? "(not there)" : each.now();
      lines.add("  " + each.what());
      lines.add("    was  " + before);
      lines.add("    is   " + now);
    }
    if (comparison.differences().stream().anyMatch(each -> each.what().startsWith("environment"))) {
      lines.add("The environment is that of this terminal; a daemon has its own.");
    }
    return lines;
  }
}
