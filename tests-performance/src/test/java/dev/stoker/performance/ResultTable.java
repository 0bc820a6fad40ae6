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
  private static final String MET = "met";
  private static final String MISSED = "MISSED";

  private final List<Row> rows = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();

  /**
   * One figure.
   *
   * @param what was measured
   * @param target to be kept, "-" for none
   * @param result median and spread
   * @param verdict whether it is kept
   */
  record Row(String what, String target, String result, String verdict) {
    private String printed() {
      return String.format(Locale.ROOT, "%-52s %-12s %-34s %s", what, target, result, verdict);
    }
  }

  /**
   * How something grows.
   *
   * @param title of what
   * @param columns their heads
   * @param points a row each
   */
  record Curve(String title, List<String> columns, List<List<String>> points) {}

  /** {@return without zeros behind the point} */
  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Adds the median of some samples; a target of 0 is none. */
  void add(String what, double target, String unit, double... samples) {
    double median = median(samples);
    String verdict = target <= 0 ? "reported" : median < target ? MET : MISSED;
    String wanted = target <= 0 ? "-" : ("< " + plain(target) + " " + unit).strip();
    rows.add(new Row(what, wanted, spread(unit, samples), verdict));
  }

  /** Adds the median of some samples, which should not be less than the target. */
  void addAtLeast(String what, double target, String unit, double... samples) {
    String verdict = median(samples) >= target ? MET : MISSED;
    String wanted = (">= " + plain(target) + " " + unit).strip();
    rows.add(new Row(what, wanted, spread(unit, samples), verdict));
  }

  private static double median(double... samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String spread(String unit, double... samples) {
    // What is about one is not told by one place.
    String number = median(samples) < 10 ? "%.2f" : "%.1f";
    return String.format(
        Locale.ROOT,
        number + "%s (" + number + " to " + number + ", n=%d)",
        median(samples),
        unit.isEmpty() ? "" : " " + unit,
        Arrays.stream(samples).min().orElseThrow(),
        Arrays.stream(samples).max().orElseThrow(),
        samples.length);
  }

  /** Adds how something grows. */
  void curve(String title, List<String> columns, List<List<String>> points) {
    curves.add(new Curve(title, columns, points));
  }

  List<Row> rows() {
    return List.copyOf(rows);
  }

  List<Curve> curves() {
    return List.copyOf(curves);
  }

  void print(PrintStream out, Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(new Row("what", "target", "result", "verdict").printed()).append('\n');
    rows.forEach(row -> text.append(row.printed()).append('\n'));
    for (Curve curve : curves) {
      text.append('\n').append(curve.title()).append('\n');
      text.append(String.join(" | ", curve.columns())).append('\n');
      curve.points().forEach(point -> text.append(String.join(" | ", point)).append('\n'));
    }
    out.print("\n" + text);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
