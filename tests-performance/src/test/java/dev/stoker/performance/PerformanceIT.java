package dev.stoker.performance;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every figure of {@code docs/performance.md}, each on its own; printed when all are over. A goal
 * that is missed is said and fails nothing: machines are noisy.
 */
@Timeout(480)
class PerformanceIT {
  private static final Path ROOT = Path.of(System.getProperty("stoker.root", ".."));
  private static final Path PROGRAM = ROOT.resolve("adapters-cli/target/stoker/stoker/bin/stoker");
  private static final ResultTable TABLE = new ResultTable();

  @TempDir Path folder;

  @AfterAll
  static void print() throws IOException {
    TABLE.print(System.out, ROOT.resolve("tests-performance/target/performance.txt"));
    PerformancePage.write(TABLE, ROOT);
  }

  @Test
  @Tag("PT-001")
  @Tag("NFR-006")
  void up() throws Exception {
    new UpFigures(folder, PROGRAM).add(TABLE);
  }

  @Test
  @Tag("PT-001")
  @Tag("NFR-001")
  @Tag("NFR-002")
  @Tag("NFR-004")
  @Tag("NFR-005")
  void starts() throws Exception {
    new StartFigures(folder).add(TABLE);
  }

  @Test
  void daemon() throws Exception {
    new DaemonFigures(folder, ROOT).add(TABLE);
  }

  @Test
  @Tag("NFR-007")
  void idle() throws Exception {
    new IdleFigures(folder, PROGRAM).add(TABLE);
  }

  @Test
  void deaths() throws Exception {
    new DeathFigures(folder, ROOT).add(TABLE);
    new TakingOverFigures(folder).add(TABLE);
  }

  @Test
  @Tag("NFR-006")
  @Tag("NFR-007")
  void manyServices() {
    ManyServicesFigures.add(TABLE);
  }

  @Test
  @Tag("NFR-008")
  @Tag("PT-004")
  void gpus() throws Exception {
    new GpuFigures(folder, ROOT).add(TABLE);
  }

  @Test
  @Tag("NFR-001")
  @Tag("NFR-003")
  @Tag("PT-002")
  void smallThings() throws Exception {
    EnsureHealthyBenchmark.add(TABLE);
    OutputBenchmark.add(TABLE);
  }

  @Test
  void history() throws Exception {
    new HistoryFigures(folder).add(TABLE);
  }

  @Test
  void gateway() throws Exception {
    new GatewayFigures(folder, PROGRAM).add(TABLE);
  }

  @Test
  void streams() throws Exception {
    new StreamFigures(folder, PROGRAM).add(TABLE);
  }

  @Test
  @Tag("PT-003")
  @Tag("NFR-004")
  void firstRequest() throws Exception {
    new FirstRequestFigures(folder, PROGRAM).add(TABLE);
  }
}
