package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code stoker gpus} with a program in the place of {@code nvidia-smi}. */
@Timeout(120)
@Tag("IT-004")
class GpusIT {
  private static final String TWO =
      """
      #!/bin/sh
      row() {
        echo "$1, GPU-$1, 0:$1, 143771, $2, $3, $4, 61, 627.40, 700.00, Disabled, 0, 0x4, 590.48.01,\
       None, NVIDIA H200"
      }
      case "$*" in
        *compute-apps*) echo "GPU-0, 1, 28234, ./gpu_burn" ;;
        *" -l "*) while row 0 32362 110796 100 && row 1 100 143058 3; do sleep 1; done ;;
        *) row 0 32362 110796 100; row 1 100 143058 3 ;;
      esac
      """;

  @TempDir Path folder;

  private String run(int code, String script, String... arguments) throws Exception {
    Path program = folder.resolve("bin/nvidia-smi");
    Files.createDirectories(program.getParent());
    Files.writeString(program, script);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Map<String, String> environment =
        Map.of("PATH", program.getParent() + ":" + System.getenv("PATH"), "STOKER_NVML", "off");
    try (StokerProcess command = StokerProcess.run(folder, environment, arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  @Test
  @Tag("AC-031")
  @Tag("NFR-015")
  void whatTheyAreAndWhoHoldsTheirMemory() throws Exception {
    assertThat(run(0, TWO, "gpus"))
        .contains(
            "0     NVIDIA H200  slowed by power cap",
            "100%",
            "31.6/140.4 GiB",
            "61°C",
            "627/700 W",
            "27.6 GiB  pid 1 (gpu_burn), not of Stoker");
    assertThat(run(0, TWO, "gpus", "--json"))
        .contains("\"utilization_percent\":100", "\"memory_total_bytes\":150754820096");
  }

  @Test
  @Tag("FR-012")
  @Tag("FR-046")
  @Tag("AC-030")
  void aDriverThatCannotBeUsedIsSaidInItsWordsWithWhatToDo() throws Exception {
    String mismatch =
        "#!/bin/sh\necho 'Failed to initialize NVML: Driver/library version mismatch'\nexit 18\n";
    assertThat(run(3, mismatch, "gpus"))
        .contains("NVIDIA: driver and library are of different versions", "reboot")
        .contains("nvidia-smi: Failed to initialize NVML");
  }

  @Test
  @Tag("FR-012")
  @Tag("AC-030")
  @Tag("UT-003")
  void thatThereIsNoneIsSaid() throws Exception {
    assertThat(run(3, "#!/bin/sh\necho 'No devices were found'\nexit 6\n", "gpus"))
        .contains("NVIDIA: its driver sees no device", "plugged")
        .contains("nvidia-smi: No devices were found");
  }
}
