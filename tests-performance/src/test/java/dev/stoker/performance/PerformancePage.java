package dev.stoker.performance;

import dev.stoker.performance.ResultTable.Curve;
import dev.stoker.performance.ResultTable.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The report for people: each demand in figures, what the specification asks and what we ask of
 * ourselves, and what this run measured. {@code -Dpage.write=true} writes {@code
 * docs/performance.md}; else it goes beside the other results.
 */
final class PerformancePage {
  private static final String HEAD =
      """
      # The numbers

      Written by the performance tests: `mvn verify -pl tests-performance -am -Dpage.write=true -Dreal.pairs=3` (with nginx, wrk and the
      real vLLM installed). Median, and from least to most, of n samples. A goal that is missed is said here and fails no build: machines are noisy. Where a figure of the
      specification presumes a 7B model on a GPU, what is measured is Stoker's own share. Of a history, the last day is kept, and 20,000
      entries before it: what is written is more than what is then there.

      """;

  /**
   * One demand.
   *
   * @param what it is about
   * @param specification what the specification asks; "-" for nothing
   * @param ours what we ask of ourselves
   * @param rows which figures show it, by their beginnings; for none
   * @param note where it is shown instead
   */
  private record Demand(
      String what, String specification, String ours, List<String> rows, String note) {
    static Demand of(String what, String specification, String ours, String... rows) {
      return new Demand(what, specification, ours, List.of(rows), "");
    }

    static Demand elsewhere(String what, String specification, String note) {
      return new Demand(what, specification, "-", List.of(), note);
    }
  }

  private static final List<Demand> DEMANDS =
      List.of(
          Demand.of(
              "NFR-001 `ensureHealthy`, already running",
              "< 50 ms",
              "< 1 us, no allocation beyond the future",
              "ensureHealthy of a running service, in process",
              "  allocated by it",
              "ensureHealthy of a running service"),
          Demand.of(
              "NFR-002 restart beyond its 2 s wait and the server's own start",
              "2–5 s",
              "< 100 ms",
              "restart beyond its wait"),
          Demand.of(
              "NFR-003, PT-002 health check, against a server that answers at once",
              "< 100 ms",
              "< 1 ms added",
              "a health check, over loopback"),
          Demand.of(
              "NFR-004, PT-003 lazy load on first request",
              "< 30 s",
              "< 100 ms beyond the server's own",
              "first need of a service to ready",
              "gateway: first request",
              "  from the server's being ready"),
          Demand.of(
              "NFR-005, PT-001 time added to a start",
              "5–15 s",
              "< 100 ms",
              "time added to a start",
              "  practice engine: its own start",
              "  real vLLM on this processor",
              "  real vLLM: time added",
              "up: exec to launch"),
          Demand.of(
              "NFR-006 memory of the orchestrator, live heap",
              "< 20 MB",
              "< 8 MB; < 50 kB for each further service",
              "up: live heap",
              "  live heap of each"),
          Demand.of("resident size of `up`", "-", "-", "up: resident size"),
          Demand.of("resident size of the daemon, idle", "-", "< 80 MB", "serve: resident size"),
          Demand.of(
              "NFR-007 idle processor, 1 service with checks",
              "< 1 %",
              "< 0.1 % of one core; < 3 % with 1,000 simulated services",
              "serve: processor, idle",
              "1,000 simulated services"),
          Demand.of(
              "NFR-008, PT-004 GPU sampling (stand-ins of the drivers: Stoker's own share)",
              "< 5 %",
              "< 0.1 % NVML, < 1 % nvidia-smi",
              "processor, NVML",
              "processor, the same",
              "processor, nvidia-smi"),
          Demand.elsewhere(
              "NFR-009 restarts that succeed", "> 95 %", "`TortureIT`, `RealRecoveryIT`"),
          Demand.of(
              "NFR-010 crashes noticed",
              "> 95 %, within 1 min",
              "own child < 20 ms, others < 1 s",
              "exit of the server seen",
              "death of the engine seen",
              "death of a server taken over"),
          Demand.elsewhere("NFR-011 processes left behind", "none", "`TortureIT`"),
          Demand.elsewhere(
              "NFR-012 model loads that succeed", "> 95 %", "`RealVllmIT`, `ModelsIT`"),
          Demand.elsewhere(
              "NFR-013, 014 transitions and errors logged",
              "100 %",
              "`ServiceLogTest`, `SupervisorTest`"),
          Demand.elsewhere("NFR-015 GPU monitored", "100 %", "`GpusIT`, on stand-ins"),
          Demand.elsewhere(
              "NFR-016 progress every 10–20 s", "100 %", "`ServiceLogTest`, `RealHealthIT`"),
          Demand.elsewhere(
              "NFR-017, 018, 019 versions, hardware, models",
              "see the requirements",
              "`docs/specification-map.md`"),
          Demand.of("stop: last process gone to proof", "-", "< 200 ms", "last process gone"),
          Demand.of(
              "reading the engine's output",
              "-",
              "> 200,000 lines/s",
              "a line of output read",
              "a failed start explained"),
          Demand.of("the engine's counters", "-", "-", "the engine's counters"),
          Demand.of(
              "gateway, 1 client: p50 added to a direct call",
              "-",
              "< 60 us",
              "gateway, 1 client",
              "  added by nginx"),
          Demand.of(
              "gateway, 32 clients, 500-byte POST, beside nginx with one worker",
              "-",
              ">= 0.6 of nginx",
              "gateway, 32 clients",
              "  requests a second through the gateway",
              "  requests a second through nginx",
              "  requests a second of the server alone",
              "  the server alone, of the faster"),
          Demand.of(
              "gateway, 1,000 streams",
              "-",
              "no loss, < 64 kB each, no growth by the byte",
              "gateway, 1,000 streams",
              "  resident size for each",
              "  live heap left behind",
              "  processor time for each event"),
          Demand.of(
              "daemon: exec to answering", "-", "< 500 ms", "serve: exec to answering, 1 service"),
          Demand.of(
              "daemon with 100 services",
              "-",
              "< 1 s",
              "serve: exec to answering, 100",
              "100 servers"),
          Demand.of("`stoker status`, exec to exit", "-", "< 200 ms", "status: exec to exit"),
          Demand.of("a year's history", "-", "-", "the last 50 entries"),
          Demand.elsewhere(
              "simulation: steps/s, steps without a broken invariant",
              "-",
              "`docs/invariants.md`: full sizes behind a property"),
          Demand.elsewhere(
              "chaos: 1,000 kills", "no orphans", "`TortureIT`, full size by property"));

  private PerformancePage() {}

  static void write(ResultTable table, Path root) throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    page.append(machine()).append("\n\n");
    page.append("| what | specification | ours | measured | verdict |\n|---|---|---|---|---|\n");
    List<Row> left = new ArrayList<>(table.rows());
    for (Demand demand : DEMANDS) {
      List<Row> rows = rowsOf(demand, table.rows());
      left.removeAll(rows);
      page.append(line(demand, rows));
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException("the page does not say what is measured by " + left);
    }
    page.append("\n## How it grows\n");
    table.curves().forEach(curve -> page.append(drawn(curve)));
    Files.writeString(root.resolve("tests-performance/target/performance.md"), page);
    if (Boolean.getBoolean("page.write")) {
      Files.writeString(root.resolve("docs/performance.md"), page);
    }
  }

  /** {@return what shows it, in the order of the demand; nothing of a figure that did not run} */
  private static List<Row> rowsOf(Demand demand, List<Row> all) {
    return demand.rows().stream()
        .flatMap(begin -> all.stream().filter(row -> row.what().startsWith(begin)).limit(1))
        .toList();
  }

  private static String line(Demand demand, List<Row> rows) {
    boolean isOne = rows.size() == 1;
    String measured =
        rows.isEmpty()
            ? demand.note()
            : each(rows, row -> (isOne ? "" : row.what().strip() + ": ") + row.result());
    String verdict = rows.isEmpty() ? "" : each(rows, Row::verdict);
    return "| "
        + String.join(
            " | ", demand.what(), demand.specification(), demand.ours(), measured, verdict)
        + " |\n";
  }

  private static String each(List<Row> rows, Function<Row, String> text) {
    return rows.stream().map(text).collect(Collectors.joining("<br>"));
  }

  private static String drawn(Curve curve) {
    StringBuilder text = new StringBuilder("\n**" + curve.title() + "**\n\n");
    text.append("| ").append(String.join(" | ", curve.columns())).append(" |\n");
    text.append("|---".repeat(curve.columns().size())).append("|\n");
    for (List<String> point : curve.points()) {
      text.append("| ").append(String.join(" | ", point)).append(" |\n");
    }
    return text.toString();
  }

  private static String machine() throws IOException {
    Map<String, String> processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.contains(":"))
            .map(line -> line.split("\\s*:\\s*", 2))
            .collect(Collectors.toMap(part -> part[0], part -> part[1], (first, _) -> first));
    String memory = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D+", "");
    return "Measured on "
        + LocalDate.now(ZoneOffset.UTC)
        + ": "
        + Runtime.getRuntime().availableProcessors()
        + " cores of "
        + processor.getOrDefault("model name", System.getProperty("os.arch"))
        + ", "
        + Long.parseLong(memory) / 1024 / 1024
        + " GB, Linux "
        + System.getProperty("os.version")
        + ", Java "
        + System.getProperty("java.version")
        + ".";
  }
}
