package dev.stoker.cli.render;

import dev.stoker.application.port.in.ModelFit.Report;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.FitEstimate;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether a model fits, in lines: the answer, the numbers, what would change it. */
public final class FitText {
  private FitText() {}

  /** {@return the lines} */
  public static List<String> lines(String model, Report report) {
    List<String> lines = new ArrayList<>();
    FitEstimate estimate = report.estimate();
    if (estimate == null) {
      String why =
          report.facts().shape() == null ? report.facts().problem() : report.facts().source();
      lines.add(model + ": not known whether it fits: " + why);
      return lines;
    }
    lines.add(
        model + " on " + devices(report) + " with " + report.engine() + ": " + answer(estimate));
    if (!estimate.problem().isEmpty()) {
      lines.add("  why          " + estimate.problem());
    }
    lines.add("  weights      " + size(estimate.weights()) + ", by " + report.facts().source());
    lines.add(
        "  beside them  "
            + size(estimate.overhead())
            + (report.measured() == null ? ", estimated" : ", as at its last start"));
    lines.add(
        "  cache        "
            + size(Math.max(0, estimate.cacheLeft()))
            + (report.devices().isEmpty() && report.plan().settings().cache() == null
                ? ""
                : " for " + estimate.tokens() + " tokens"));
    lines.add(
        "  a request    of "
            + estimate.context()
            + " tokens needs "
            + size(estimate.cacheNeeded())
            + (estimate.tokens() == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; %.1f fit at once, the longest has %d tokens",
                    estimate.concurrency(),
                    estimate.longestContext())));
    estimate.cures().forEach(cure -> lines.add("  would fit    with " + cure.describe()));
    report.plan().assumptions().forEach(each -> lines.add("  assumed      " + each));
    return lines;
  }

  private static String devices(Report report) {
    if (report.devices().isEmpty()) {
      return "devices that are not known";
    }
    DeviceMemory first = report.devices().getFirst();
    int number = report.devices().size();
    return (number == 1 ? "" : number + " × ")
        + first.name()
        + " ("
        + first.total()
        + ", "
        + first.free()
        + " free)";
  }

  private static String answer(FitEstimate estimate) {
    return switch (estimate.verdict()) {
      case FITS -> "fits";
      case TIGHT -> "should fit, but tightly";
      case DOES_NOT_FIT -> estimate.certain() ? "does not fit" : "does not fit, by the estimate";
      case UNKNOWN -> "not known";
    };
  }

  private static String size(long bytes) {
    return new ByteSize(bytes).toString();
  }
}
