package dev.stoker.performance;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Figures with target and verdict. A verdict never fails the build: machines are noisy. */
final class ResultTable {
  private final List<String> lines = new ArrayList<>();

  ResultTable() {
    lines.add(row("what", "target", "result", "verdict"));
  }

  private static String row(String what, String target, String result, String verdict) {
    return String.format(Locale.ROOT, "%-52s %-12s %-34s %s", what, target, result, verdict);
  }

  /** {@return without zeros behind the point} */
  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Adds the median of some samples. */
  void add(String what, double target, String unit, double... samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    String spread =
        String.format(
            Locale.ROOT,
            "%.1f %s (%.1f to %.1f, n=%d)",
            median,
            unit,
            sorted[0],
            sorted[sorted.length - 1],
            sorted.length);
    String verdict = target <= 0 ? "reported" : median < target ? "met" : "MISSED";
    lines.add(row(what, target <= 0 ? "-" : "< " + plain(target) + " " + unit, spread, verdict));
  }

  void print(PrintStream out, Path file) throws IOException {
    String text = String.join(System.lineSeparator(), lines) + System.lineSeparator();
    out.print(System.lineSeparator() + text);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
