package dev.stoker.infrastructure.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What nvidia-smi printed on real machines (the values of {@code facts-hub-and-gpu.md} E2 to E7,
 * put into the columns that Stoker asks for), read. Those called synthetic stand for no driver.
 */
@Tag("NFR-018")
@Tag("FR-012")
class SmiTableTest {
  private static final String H200_IDLE =
      "0, GPU-00000000-0000-0000-0000-000000000000, 00000000:83:00.0, 143771, 0, 143158, 0, 28,"
          + " 77.71, 700.00, Disabled, 0, 0x0000000000000001, 590.48.01, None, NVIDIA H200";
  private static final String H200_BUSY =
      "0, GPU-00000000-0000-0000-0000-000000000000, 00000000:83:00.0, 143771, 32362, 110796, 100,"
          + " 61, 627.40, 700.00, Disabled, 0, 0x0000000000000004, 590.48.01, None, NVIDIA H200";
  private static final String H200_DIVIDED =
      "0, GPU-00000000-0000-0000-0000-000000000000, 00000000:83:00.0, 143771, 55, 143103, [N/A],"
          + " 28, 77.71, 700.00, Enabled, 0, 0x0000000000000001, 590.48.01, None, NVIDIA H200";
  private static final String RTX_2080 =
      "0, GPU-11111111-0000-0000-0000-000000000000, 00000000:01:00.0, 8192, 214, 7571, 0, 40,"
          + " 39.32, 250.00, [N/A], [N/A], 0x0000000000000001, 595.71.05, None, NVIDIA GeForce RTX"
          + " 2080 SUPER";
  private static final String GB10 =
      "0, GPU-22222222-0000-0000-0000-000000000000, 0000000F:01:00.0, [N/A], [N/A], [N/A], 0, 35,"
          + " 11.17, [N/A], [N/A], [N/A], 0x0000000000000000, 580.173.02, [N/A], NVIDIA GB10";

  private static GpuInfo device(String line) {
    return SmiTable.ALL.row(line).orElseThrow().device();
  }

  @Test
  @DisplayName("H200, driver 590.48.01, idle")
  @Tag("AC-031")
  void idle() {
    GpuInfo device = device(H200_IDLE);
    assertThat(device.deviceId()).isEqualTo("0");
    assertThat(device.name()).isEqualTo("NVIDIA H200");
    assertThat(device.bus()).isEqualTo("00000000:83:00.0");
    assertThat(device.totalMemory()).isEqualTo(new ByteSize(143771L << 20));
    assertThat(device.usedMemory()).isEqualTo(new ByteSize(0));
    assertThat(device.availableMemory()).isEqualTo(new ByteSize(143158L << 20));
    assertThat(device.utilizationPercent()).isZero();
    assertThat(device.temperatureCelsius()).isEqualTo(28);
    assertThat(device.powerWatts()).isEqualTo(77.71);
    assertThat(device.powerLimitWatts()).isEqualTo(700.0);
    assertThat(device.condition()).isEqualTo(GpuCondition.OK);
    assertThat(device.slowedBy()).isEmpty();
    assertThat(SmiTable.ALL.row(H200_IDLE).orElseThrow().driver()).isEqualTo("590.48.01");
  }

  @Test
  @DisplayName("H200, busy: at its power cap")
  void busy() {
    GpuInfo device = device(H200_BUSY);
    assertThat(device.usedMemory()).isEqualTo(new ByteSize(32362L << 20));
    assertThat(device.utilizationPercent()).isEqualTo(100);
    assertThat(device.slowedBy()).containsExactly("power cap");
  }

  @Test
  @DisplayName("H200 divided by MIG: how busy the whole is, is unknown and not zero")
  void divided() {
    GpuInfo device = device(H200_DIVIDED);
    assertThat(device.divided()).isTrue();
    assertThat(device.utilizationPercent()).isNull();
    assertThat(device.unknown()).containsEntry(Measure.UTILIZATION, "not supported");
    assertThat(device.condition()).isEqualTo(GpuCondition.OK);
  }

  @Test
  @DisplayName("RTX 2080 SUPER, driver 595.71.05: no MIG, no ECC")
  void consumer() {
    GpuInfo device = device(RTX_2080);
    assertThat(device.divided()).isFalse();
    assertThat(device.name()).isEqualTo("NVIDIA GeForce RTX 2080 SUPER");
    assertThat(device.availableMemory()).isEqualTo(new ByteSize(7571L << 20));
  }

  @Test
  @DisplayName("GB10, driver 580.173.02: its memory is the machine's")
  void unified() {
    GpuInfo device = device(GB10);
    assertThat(device.sharesHostMemory()).isTrue();
    assertThat(device.totalMemory()).isNotNull();
    assertThat(device.powerWatts()).isEqualTo(11.17);
    assertThat(device.powerLimitWatts()).isNull();
  }

  @Test
  @DisplayName("a comma in a name shifts nothing (535 and 550)")
  void commaInName() {
    GpuInfo device = device(H200_IDLE.replace("NVIDIA H200", "NVIDIA Fake, GPU"));
    assertThat(device.name()).isEqualTo("NVIDIA Fake, GPU");
    assertThat(device.powerLimitWatts()).isEqualTo(700.0);
  }

  @Test
  @DisplayName("a GPU that was lost while the program ran (550): every cell says so")
  void lost() {
    String lost = "[GPU is lost], ".repeat(15) + "[GPU is lost]";
    SmiTable.Row row = SmiTable.ALL.row(lost).orElseThrow();
    assertThat(row.index()).isEqualTo(-1);
    assertThat(row.device().condition()).isEqualTo(GpuCondition.LOST);
    assertThat(row.device().totalMemory()).isNull();
    assertThat(row.device().unknown()).containsEntry(Measure.TEMPERATURE, "GPU is lost");
  }

  @ParameterizedTest
  @CsvSource({
    "[GPU requires reset],NEEDS_RESET",
    "[Unknown Error],INACCESSIBLE",
    "[Insufficient Permissions],INACCESSIBLE",
    "[GPU is lost],LOST",
    "[Timeout],OK"
  })
  void wordsInsteadOfMemory(String cell, GpuCondition condition) {
    assertThat(device(H200_IDLE.replace("143771", cell)).condition()).isEqualTo(condition);
  }

  @Test
  void errorsOfItsMemory() {
    String line = H200_IDLE.replace("Disabled, 0, ", "Disabled, 2, ");
    assertThat(device(line).condition()).isEqualTo(GpuCondition.FAILING);
  }

  @Test
  void aRecoveryThatTheDriverAsksFor() {
    assertThat(device(H200_IDLE.replace("None", "Reboot")).condition())
        .isEqualTo(GpuCondition.NEEDS_RESET);
  }

  @Test
  @DisplayName("535 and 550 do not know gpu_recovery_action: it is asked without")
  void fieldOfLaterDrivers() {
    SmiTable fewer =
        SmiTable.ALL.without("Field \"gpu_recovery_action\" is not a valid field to query.\n");
    assertThat(fewer.fields()).hasSize(15).doesNotContain("gpu_recovery_action");
    assertThat(fewer.row(H200_IDLE.replace(" None,", "")).orElseThrow().device().name())
        .isEqualTo("NVIDIA H200");
    assertThat(fewer.without("something else")).isEqualTo(fewer);
  }

  @Test
  void linesThatAreNoRowsArePassedOver() {
    List<SmiTable.Row> rows =
        SmiTable.ALL.rows(
            List.of("", "XID error on GPU 0: 79", H200_IDLE, "Timestamp, something", H200_BUSY));
    assertThat(rows).hasSize(2);
  }

  @Test
  @DisplayName("compute-apps: H200, and Windows' WDDM, which tells no memory")
  void holders() {
    List<GpuHolder> holders =
        SmiTable.holders(
            List.of(
                "GPU-00000000-0000, 10309, 28234, ./gpu_burn",
                "GPU-00000000-0000, 4, [N/A], C:\\Windows\\explorer.exe",
                "GPU-00000000-0000, 77, 100, /opt/venv/bin/python3 -m vllm, with a comma",
                "No running processes found"));
    assertThat(holders)
        .extracting(GpuHolder::pid, GpuHolder::name, GpuHolder::held)
        .containsExactly(
            tuple(10309L, "gpu_burn", new ByteSize(28234L << 20)),
            tuple(4L, "C:\\Windows\\explorer.exe", null),
            tuple(77L, "python3", new ByteSize(100L << 20)));
  }

  @Test
  @DisplayName("-L: parts of a divided GPU")
  void parts() {
    List<GpuInfo> parts =
        SmiTable.parts(
            List.of(
                "GPU 0: NVIDIA H200 (UUID: GPU-aaaa)",
                "  MIG 3g.40gb     Device  0: (UUID: MIG-bbbb)",
                "  MIG 3g.40gb     Device  2: (UUID: MIG-cccc)",
                "GPU 1: NVIDIA H200 (UUID: GPU-dddd)"));
    assertThat(parts).extracting(GpuInfo::uuid).containsExactly("MIG-bbbb", "MIG-cccc");
    assertThat(parts).extracting(GpuInfo::partOf).containsOnly("GPU-aaaa");
    assertThat(parts).extracting(GpuInfo::deviceId).containsExactly("0:0", "0:2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12|NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.|NO_DRIVER",
        "9|NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure"
            + " that the latest NVIDIA driver is installed and running.|NO_DRIVER",
        "18|Failed to initialize NVML: Driver/library version mismatch|MISMATCH",
        "17|Failed to initialize NVML: GPU access blocked by the operating system|BLOCKED",
        "4|Failed to initialize NVML: Insufficient Permissions|NO_PERMISSION",
        "255|Failed to initialize NVML: Unknown Error|BLOCKED",
        "6|No devices were found|NO_DEVICE",
        "255|ERROR: Option --bogus is not recognized. Please run 'nvidia-smi -h'.|BROKEN",
        "139||BROKEN"
      })
  @Tag("FR-046")
  void failuresOfTheWhole(int code, String text, GpuTrouble trouble) {
    List<String> lines = text == null ? List.of() : List.of(text);
    assertThat(SmiTrouble.of(new Tools.Said(code, lines))).isEqualTo(trouble);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "15|Unable to determine the device handle for GPU1: GPU is lost.  Reboot the system to"
            + " recover this GPU",
        "255|Unable to determine the device handle for GPU0: A GPU reset must occur before this GPU"
            + " can be used again.",
        "15|Unable to determine the device handle for GPU 0000:05:00.0: GPU is lost.  Reboot the"
            + " system to recover this GPU"
      })
  void failuresOfOne(int code, String text) {
    assertThat(SmiTrouble.isOfOneGpu(new Tools.Said(code, List.of(text)))).isTrue();
  }

  @Test
  @DisplayName("synthetic: rows with characters changed, left out and doubled make nothing fail")
  void garbled() {
    SplittableRandom random = new SplittableRandom(7);
    int rows = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? H200_BUSY : GB10);
      for (int n = random.nextInt(1, 12); n > 0 && !text.isEmpty(); n--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(1, 0x300));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(1, 30)));
          case 2 -> text.insert(at, "9999999999");
          default -> text.insert(at, ", ");
        }
      }
      rows += SmiTable.ALL.rows(List.of(text.toString())).size();
      SmiTable.holders(List.of(text.toString()));
      SmiTable.parts(List.of(text.toString()));
    }
    assertThat(rows).isPositive();
  }
}
