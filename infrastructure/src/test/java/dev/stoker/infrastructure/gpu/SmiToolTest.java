package dev.stoker.infrastructure.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import dev.stoker.infrastructure.process.RealCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvidia-smi} as a program that does what a test says: a shell script in its place. */
@Tag("FR-012")
@Tag("IT-004")
@Timeout(60)
class SmiToolTest {
  private static final String ROWS =
      """
      row() {
        echo "$1, GPU-$1, 0:$1, 1000, $2, 900, 5, 40, 60.00, 300.00, Disabled, 0, 0x0, 610.62, None, H100"
      }
      """;

  @TempDir Path folder;

  private SmiTool tool(String script) throws IOException {
    Path program = folder.resolve("nvidia-smi");
    Files.writeString(program, "#!/bin/sh\ncd " + folder + "\n" + ROWS + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Settings settings = new Settings(Map.of("PATH", folder + ":/usr/bin:/bin"), folder, folder);
    Tools tools = new Tools(settings, RealCommands.create());
    assertThat(tools.find("nvidia-smi")).isEqualTo(program);
    return new SmiTool(tools, program);
  }

  @Test
  void whatItTellsOfAllAndWhoHoldsTheirMemory() throws IOException {
    GpuReport report =
        tool("""
        case "$*" in
          *compute-apps*) echo "GPU-1, 4711, 300, /usr/bin/python3" ;;
          *) row 0 100; row 1 400 ;;
        esac
        """)
            .look(false);
    assertThat(report.devices())
        .extracting(GpuInfo::uuid, GpuInfo::usedMemory)
        .containsExactly(
            tuple("GPU-0", new ByteSize(100 << 20)), tuple("GPU-1", new ByteSize(400 << 20)));
    assertThat(report.holders())
        .containsExactly(new GpuHolder("GPU-1", 4711, "python3", new ByteSize(300 << 20)));
    assertThat(report.sources().getFirst().driver()).isEqualTo("610.62");
  }

  @Test
  void aFieldThatAnOlderDriverDoesNotKnowIsLeftOut() throws IOException {
    SmiTool tool =
        tool(
            """
            case "$*" in
              *compute-apps*) ;;
              *gpu_recovery_action*)
                echo 'Field "gpu_recovery_action" is not a valid field to query.'; exit 2 ;;
              *) row 0 100 | sed 's/ None,//' ;;
            esac
            """);
    assertThat(tool.look(false).devices()).extracting(GpuInfo::name).containsExactly("H100");
    assertThat(tool.look(false).devices()).hasSize(1);
  }

  @Test
  void oneThatIsLostHidesNoOther() throws IOException {
    GpuReport report =
        tool("""
        case "$*" in
          *compute-apps*) exit 15 ;;
          *"-i 0"*) row 0 100 ;;
          *"-i 1"*)
            echo "Unable to determine the device handle for GPU1: GPU is lost.  Reboot"
            exit 15 ;;
          *"-i "*) echo "No devices were found"; exit 6 ;;
          *)
            echo "Unable to determine the device handle for GPU1: GPU is lost.  Reboot"
            exit 15 ;;
        esac
        """)
            .look(false);
    assertThat(report.devices())
        .extracting(GpuInfo::deviceId, GpuInfo::condition)
        .containsExactly(tuple("0", GpuCondition.OK), tuple("1", GpuCondition.LOST));
    assertThat(report.holdersKnown()).isFalse();
  }

  @Test
  @Tag("FR-046")
  void aDriverThatCannotBeUsedIsSaidInItsWords() throws IOException {
    GpuReport report =
        tool("echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18")
            .look(false);
    assertThat(report.devices()).isEmpty();
    assertThat(report.sources().getFirst().trouble()).isEqualTo(GpuTrouble.MISMATCH);
    assertThat(report.sources().getFirst().said()).contains("version mismatch");
  }

  @Test
  void garbageLiesAndSilenceAreNoDevices() throws IOException {
    assertThat(tool("head -c 300000 /dev/urandom").look(false).sources().getFirst().trouble())
        .isEqualTo(GpuTrouble.BROKEN);
    assertThat(tool("exit 0").look(false).sources().getFirst().trouble())
        .isEqualTo(GpuTrouble.NO_DEVICE);
    assertThat(tool("kill -9 $$").look(false).sources().getFirst().trouble())
        .isEqualTo(GpuTrouble.BROKEN);
    assertThat(tool("yes | head -n 300000").look(false).devices()).isEmpty();
  }

  @Test
  void partsOfADividedOne() throws IOException {
    GpuReport report =
        tool("""
        case "$*" in
          -L)
            echo "GPU 0: H100 (UUID: GPU-0)"
            echo "  MIG 1g.10gb     Device  0: (UUID: MIG-7)" ;;
          *compute-apps*) ;;
          *) row 0 100 | sed 's/Disabled/Enabled/' ;;
        esac
        """)
            .look(false);
    assertThat(report.devices()).extracting(GpuInfo::uuid).containsExactly("GPU-0", "MIG-7");
  }

  @Test
  void oneProgramRunsOnAndTellsOfTheHealthyOnesWhenOneIsLost() throws Exception {
    SmiTool tool =
        tool(
            """
            case "$*" in
              *compute-apps*) ;;
              *" -l "*)
                echo loop >> started
                n=100
                while :; do
                  n=$((n + 1))
                  row 0 $n
                  echo "XID event between the rows"
                  if [ -e lost ]; then yes '[GPU is lost]' | head -n 16 | paste -sd, | sed 's/,/, /g'
                  else row 1 $n; fi
                  sleep 0.05
                done ;;
              *) echo once >> started; row 0 1; row 1 1 ;;
            esac
            """);
    tool.expect(Duration.ofSeconds(1));
    tool.look(false);
    GpuReport later = until(tool, report -> used(report, 0) > 101);
    assertThat(later.devices()).hasSize(2);
    Files.writeString(folder.resolve("lost"), "");
    GpuReport lost =
        until(tool, report -> report.devices().getLast().condition() == GpuCondition.LOST);
    assertThat(lost.devices().getLast().uuid()).isEqualTo("GPU-1");
    assertThat(lost.devices().getFirst().condition()).isEqualTo(GpuCondition.OK);
    // Asked once, and never again: the rest came by itself.
    assertThat(Files.readAllLines(folder.resolve("started"))).containsExactly("once", "loop");
    tool.relax();
  }

  @Test
  void oneThatEndsIsBegunAgain() throws Exception {
    SmiTool tool =
        tool(
            """
            case "$*" in
              *compute-apps*) ;;
              *" -l "*) echo loop >> started; row 0 7 ;;
              *) row 0 1 ;;
            esac
            """);
    tool.expect(Duration.ofSeconds(1));
    until(
        tool,
        _ ->
            Files.exists(folder.resolve("started"))
                && Files.readAllLines(folder.resolve("started")).size() > 2);
    tool.relax();
  }

  private static long used(GpuReport report, int device) {
    ByteSize used = report.devices().get(device).usedMemory();
    return used == null ? 0 : used.bytes() >> 20;
  }

  private interface Condition {
    boolean holds(GpuReport report) throws IOException;
  }

  /** Looks until it is so; the test's limit ends it. */
  private static GpuReport until(SmiTool tool, Condition condition) throws IOException {
    GpuReport report = tool.look(false);
    while (!condition.holds(report)) {
      report = tool.look(false);
    }
    return report;
  }
}
