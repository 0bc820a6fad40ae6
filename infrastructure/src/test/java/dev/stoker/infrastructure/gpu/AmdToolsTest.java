package dev.stoker.infrastructure.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.unit.ByteSize;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Answers of AMD's tools in the shapes of {@code facts-hub-and-gpu.md} F1 and F2. The values are
 * made up: synthetic, no card has said them; the keys are those of the versions named.
 */
@Tag("NFR-018")
class AmdToolsTest {
  private static final String ROCM_6_0 =
      """
      {"card0": {"GPU ID": "0x740f", "Unique ID": "0x1234567890abcdef",
       "Temperature (Sensor edge) (C)": "39.0", "Temperature (Sensor junction) (C)": "42.0",
       "Average Graphics Package Power (W)": "41.0", "Max Graphics Package Power (W)": "300.0",
       "GPU use (%)": "7", "VRAM Total Memory (B)": "68702699520",
       "VRAM Total Used Memory (B)": "11464704", "Card series": "Instinct MI210",
       "PCI Bus": "0000:83:00.0"},
       "system": {"Driver version": "6.2.4", "PID4711": "python3, 1, 11464704, 0, 0"}}
      """;
  private static final String ROCM_6_3 =
      """
      {"card1": {"Device Name": "AMD Instinct MI300X", "Unique ID": "N/A",
       "Temperature (Sensor junction) (C)": "51.0", "Temperature (Sensor edge) (C)": "N/A",
       "Current Socket Graphics Package Power (W)": "133.0",
       "GPU use (%)": "100", "VRAM Total Memory (B)": "206141652992",
       "VRAM Total Used Memory (B)": "103070826496", "Card Series": "0x74a1",
       "PCI Bus": "0000:05:00.0"}}
      """;
  private static final String LIST = "[{\"gpu\":0,\"bdf\":\"0000:05:00.0\",\"uuid\":\"aaff-1\"}]";
  private static final String STATIC =
      "{\"gpu_data\":[{\"gpu\":0,\"asic\":{\"market_name\":\"MI300X\"},\"driver\":{\"version\":\"6.10\"},"
          + "\"vram\":{\"size\":{\"value\":196592,\"unit\":\"MB\"}},"
          + "\"limit\":{\"max_power\":{\"value\":750,\"unit\":\"W\"}}}]}";
  private static final String METRIC =
      "WARNING: User is missing the following required groups: render, video. Please add user to"
          + " these groups.\n"
          + "{\"gpu_data\":[{\"gpu\":0,\"mem_usage\":{\"total_vram\":{\"value\":196592,"
          + "\"unit\":\"MB\"},\"used_vram\":{\"value\":1024,\"unit\":\"MB\"},\"free_vram\":{\"value\":"
          + "195568,\"unit\":\"MB\"}},\"usage\":{\"gfx_activity\":{\"value\":12,\"unit\":\"%\"}},"
          + "\"power\":{\"socket_power\":{\"value\":140,\"unit\":\"W\"}},\"temperature\":{\"edge\":"
          + "\"N/A\",\"hotspot\":{\"value\":44,\"unit\":\"C\"}},\"ecc\":\"N/A\"}]}";
  private static final String PROCESS =
      "[{\"gpu\":0,\"process_list\":[{\"process_info\":{\"name\":\"N/A\",\"pid\":4711,\"memory_usage\":"
          + "{\"vram_mem\":{\"value\":512,\"unit\":\"MB\"}}}}]}]";

  @Test
  @DisplayName("rocm-smi 6.0")
  void rocm60() {
    GpuReport report = RocmSmi.report(ROCM_6_0);
    GpuInfo device = report.devices().getFirst();
    assertThat(device.uuid()).isEqualTo("GPU-1234567890abcdef");
    assertThat(device.name()).isEqualTo("Instinct MI210");
    assertThat(device.totalMemory()).isEqualTo(new ByteSize(68702699520L));
    assertThat(device.availableMemory()).isEqualTo(new ByteSize(68702699520L - 11464704));
    assertThat(device.utilizationPercent()).isEqualTo(7);
    assertThat(device.temperatureCelsius()).isEqualTo(39);
    assertThat(device.powerLimitWatts()).isEqualTo(300.0);
    assertThat(report.sources().getFirst().driver()).isEqualTo("6.2.4");
  }

  @Test
  @DisplayName("rocm-smi 6.1 and later: other keys, no edge, a number for a name")
  void rocm63() {
    GpuInfo device = RocmSmi.report(ROCM_6_3).devices().getFirst();
    assertThat(device.deviceId()).isEqualTo("1");
    assertThat(device.name()).isEqualTo("AMD Instinct MI300X");
    assertThat(device.uuid()).isEmpty();
    assertThat(device.temperatureCelsius()).isEqualTo(51);
    assertThat(device.powerWatts()).isEqualTo(133.0);
    assertThat(device.powerLimitWatts()).isNull();
    assertThat(device.unknown()).containsKey(Measure.POWER_LIMIT);
  }

  @Test
  @DisplayName("rocm-smi without a driver says nothing, or on its other output, and ends with 0")
  @Tag("FR-012")
  void rocmWithoutDriver() {
    assertThat(trouble(RocmSmi.report(""))).isEqualTo(GpuTrouble.NO_DRIVER);
    assertThat(
            trouble(
                RocmSmi.report("ERROR:root:Driver not initialized (amdgpu not found in modules)")))
        .isEqualTo(GpuTrouble.NO_DRIVER);
    assertThat(trouble(RocmSmi.report("WARNING: No JSON data to report")))
        .isEqualTo(GpuTrouble.NO_DEVICE);
  }

  private static GpuTrouble trouble(GpuReport report) {
    return Objects.requireNonNull(report.sources().getFirst().trouble());
  }

  @Test
  @DisplayName("amd-smi: array or gpu_data, values with units, N/A anywhere, a warning before")
  void amdSmi() {
    GpuReport report = AmdSmi.report(LIST, STATIC, METRIC, PROCESS);
    GpuInfo device = report.devices().getFirst();
    assertThat(device.name()).isEqualTo("MI300X");
    assertThat(device.totalMemory()).isEqualTo(new ByteSize(196592L << 20));
    assertThat(device.availableMemory()).isEqualTo(new ByteSize(195568L << 20));
    assertThat(device.temperatureCelsius()).isEqualTo(44);
    assertThat(device.powerWatts()).isEqualTo(140.0);
    assertThat(device.powerLimitWatts()).isEqualTo(750.0);
    assertThat(report.holders())
        .containsExactly(new GpuHolder("aaff-1", 4711, "", new ByteSize(512L << 20)));
  }

  @Test
  @DisplayName("amd-smi before 6.1: bare numbers")
  void amdSmiBare() {
    GpuReport report =
        AmdSmi.report(
            LIST,
            "[{\"gpu\":0,\"asic\":\"N/A\"}]",
            "[{\"gpu\":0,\"mem_usage\":{\"total_vram\":1000,\"used_vram\":10,\"free_vram\":990}}]",
            "{\"process_info\":\"No running processes detected\"}");
    assertThat(report.devices().getFirst().usedMemory()).isEqualTo(new ByteSize(10L << 20));
    assertThat(report.holders()).isEmpty();
  }

  @Test
  void garbled() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 5_000; i++) {
      String rocm = garble(ROCM_6_0, random);
      assertThat(RocmSmi.report(rocm).sources()).hasSize(1);
      GpuReport amd =
          AmdSmi.report(
              garble(LIST, random), garble(STATIC, random), garble(METRIC, random), PROCESS);
      assertThat(amd.sources()).hasSize(1);
    }
  }

  private static String garble(String original, SplittableRandom random) {
    StringBuilder text = new StringBuilder(original);
    for (int n = random.nextInt(0, 6); n > 0; n--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, "{}[],:\"x90-".charAt(random.nextInt(11)));
        case 1 -> text.delete(at, Math.min(text.length() - 1, at + random.nextInt(1, 20)));
        default -> text.insert(at, "99999999999999999999");
      }
    }
    return text.toString();
  }
}
