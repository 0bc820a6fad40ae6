package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code nvidia-smi}: once, or, where looks come often, by one that runs on and prints every
 * so often. For one thread.
 */
final class SmiTool {
  static final String TOOL = "nvidia-smi";

  /** More GPUs are in no machine; a number that is not there ends the search before. */
  private static final int MOST_GPUS = 64;

  private static final int UNKNOWN_FIELD = 2;
  private static final int NO_SUCH_GPU = 6;

  private final Tools tools;
  private final Path program;
  private SmiTable table = SmiTable.ALL;
  private volatile @Nullable SmiLoop loop;

  SmiTool(Tools tools, Path program) {
    this.tools = tools;
    this.program = program;
  }

  /** Looks will come every so often. */
  void expect(Duration every) {
    relax();
    loop = new SmiLoop(tools, program, every);
  }

  /** No looks are expected any more. */
  void relax() {
    SmiLoop ending = loop;
    loop = null;
    if (ending != null) {
      ending.close();
    }
  }

  /**
   * {@return what it says}
   *
   * @param fresh whether the last tick of the one that runs on will not do
   */
  GpuReport look(boolean fresh) {
    try {
      SmiLoop running = loop;
      List<SmiTable.Row> rows = running == null || fresh ? List.of() : running.rows(table);
      return rows.isEmpty() ? ask() : report(rows);
    } catch (IOException e) {
      return failed(GpuTrouble.TIMEOUT, String.valueOf(e.getMessage()));
    }
  }

  private GpuReport ask() throws IOException {
    Tools.Said said = query(List.of());
    while (said.code() == UNKNOWN_FIELD) {
      SmiTable fewer = table.without(said.text());
      if (fewer.equals(table)) {
        return failed(GpuTrouble.BROKEN, said.firstLine());
      }
      table = fewer;
      said = query(List.of());
    }
    if (SmiTrouble.isOfOneGpu(said)) {
      return report(oneByOne());
    }
    if (said.code() != 0) {
      return failed(SmiTrouble.of(said), said.firstLine());
    }
    List<SmiTable.Row> rows = table.rows(said.lines());
    if (rows.isEmpty()) {
      GpuTrouble trouble = said.firstLine().isEmpty() ? GpuTrouble.NO_DEVICE : GpuTrouble.BROKEN;
      return failed(trouble, said.firstLine());
    }
    SmiLoop wanted = loop;
    if (wanted != null && wanted.rows(table).isEmpty()) {
      wanted.begin(table, rows);
    }
    return report(rows);
  }

  private Tools.Said query(List<String> further) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(table.query(), SmiTable.FORMAT));
    arguments.addAll(further);
    return tools.run(program, arguments);
  }

  /** One that is lost makes the program print nothing of the others. */
  private List<SmiTable.Row> oneByOne() throws IOException {
    List<SmiTable.Row> rows = new ArrayList<>();
    for (int i = 0; i < MOST_GPUS; i++) {
      Tools.Said said = query(List.of("-i", Integer.toString(i)));
      if (said.code() == NO_SUCH_GPU) {
        return rows;
      }
      if (said.code() == 0) {
        rows.addAll(table.rows(said.lines()));
      } else {
        rows.add(new SmiTable.Row(broken(i, said), "", i));
      }
    }
    return rows;
  }

  private static GpuInfo broken(int index, Tools.Said said) {
    String text = said.text();
    GpuCondition condition =
        text.contains("GPU is lost")
            ? GpuCondition.LOST
            : text.contains("reset") ? GpuCondition.NEEDS_RESET : GpuCondition.INACCESSIBLE;
    return GpuInfo.of(GpuVendor.NVIDIA, Integer.toString(index)).condition(condition).done();
  }

  private GpuReport report(List<SmiTable.Row> rows) throws IOException {
    List<GpuInfo> devices = new ArrayList<>();
    List<GpuInfo> parts =
        rows.stream().anyMatch(row -> row.device().divided())
            ? SmiTable.parts(tools.run(program, List.of("-L")).lines())
            : List.of();
    for (SmiTable.Row row : rows) {
      devices.add(row.device());
      parts.stream()
          .filter(part -> part.partOf().equals(row.device().uuid()))
          .forEach(devices::add);
    }
    Tools.Said apps =
        tools.run(program, List.of("--query-compute-apps=" + SmiTable.HOLDERS, SmiTable.FORMAT));
    List<GpuHolder> holders = apps.code() == 0 ? SmiTable.holders(apps.lines()) : List.of();
    String driver =
        rows.stream()
            .map(SmiTable.Row::driver)
            .filter(version -> !version.isEmpty())
            .findFirst()
            .orElse("");
    return new GpuReport(
        devices,
        holders,
        apps.code() == 0,
        List.of(GpuSource.of(GpuVendor.NVIDIA, TOOL, driver)),
        List.of());
  }

  private static GpuReport failed(GpuTrouble trouble, String said) {
    return GpuReport.failed(GpuSource.failed(GpuVendor.NVIDIA, TOOL, trouble, said));
  }
}
