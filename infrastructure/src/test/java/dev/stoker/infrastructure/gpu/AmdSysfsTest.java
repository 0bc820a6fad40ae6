package dev.stoker.infrastructure.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuVendor;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine with two cards as the kernel would show it; synthetic, built by its documentation. */
@Tag("NFR-018")
class AmdSysfsTest {
  @TempDir Path root;

  @BeforeEach
  void twoCards() throws IOException {
    card(0, "0000:83:00.0", 129);
    card(1, "0000:05:00.0", 128);
    // A card of another vendor, and a connector, which is no card.
    write("sys/class/drm/card2/device/vendor", "0x10de\n");
    Files.createDirectories(root.resolve("sys/class/drm/card0-DP-1"));
    write("sys/class/kfd/kfd/topology/nodes/0/gpu_id", "0\n");
    node(1, "4660", 128);
    node(2, "22136", 129);
    write("sys/module/amdgpu/version", "6.10.5\n");
  }

  private void card(int number, String bus, int minor) throws IOException {
    Path device = root.resolve("sys/devices/" + bus);
    Files.createDirectories(device.resolve("drm/renderD" + minor));
    Files.createDirectories(device.resolve("hwmon/hwmon" + number));
    Path shown = root.resolve("sys/class/drm/card" + number);
    Files.createDirectories(shown);
    Files.createSymbolicLink(shown.resolve("device"), device);
    String at = "sys/devices/" + bus + "/";
    write(at + "vendor", "0x1002\n");
    write(at + "unique_id", "00000000000000a" + number + "\n");
    write(at + "mem_info_vram_total", "68702699520\n");
    write(at + "mem_info_vram_used", "11464704\n");
    write(at + "gpu_busy_percent", "17\n");
    String sensors = at + "hwmon/hwmon" + number + "/";
    write(sensors + "temp1_label", "edge\n");
    write(sensors + "temp1_input", "39000\n");
    write(sensors + "temp2_label", "junction\n");
    write(sensors + "temp2_input", "44000\n");
    write(sensors + "power1_average", "41000000\n");
    write(sensors + "power1_cap", "300000000\n");
  }

  private void node(int number, String id, int minor) throws IOException {
    String at = "sys/class/kfd/kfd/topology/nodes/" + number + "/";
    write(at + "gpu_id", id + "\n");
    write(at + "properties", "cpu_cores_count 0\ndrm_render_minor " + minor + "\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private GpuReport look() {
    return new AmdSysfs(root).look();
  }

  @Test
  void cardsAreNumberedAsTheComputingDriverCountsThem() {
    GpuReport report = look();
    assertThat(report.devices())
        .extracting(GpuInfo::deviceId, GpuInfo::bus)
        .containsExactly(tuple("0", "0000:05:00.0"), tuple("1", "0000:83:00.0"));
    GpuInfo first = report.devices().getFirst();
    assertThat(first.uuid()).isEqualTo("GPU-00000000000000a1");
    assertThat(first.totalMemory()).isEqualTo(new ByteSize(68702699520L));
    assertThat(first.availableMemory()).isEqualTo(new ByteSize(68702699520L - 11464704));
    assertThat(first.utilizationPercent()).isEqualTo(17);
    assertThat(first.temperatureCelsius()).isEqualTo(39);
    assertThat(first.powerWatts()).isEqualTo(41.0);
    assertThat(first.powerLimitWatts()).isEqualTo(300.0);
    assertThat(report.sources().getFirst().driver()).isEqualTo("6.10.5");
    assertThat(report.of(GpuVendor.NVIDIA)).isEmpty();
  }

  @Test
  void whoHoldsItsMemory() throws IOException {
    write("sys/class/kfd/kfd/proc/4711/vram_4660", "1048576\n");
    write("sys/class/kfd/kfd/proc/4711/vram_22136", "0\n");
    GpuReport report = look();
    assertThat(report.holdersKnown()).isTrue();
    assertThat(report.holders())
        .containsExactly(new GpuHolder("GPU-00000000000000a1", 4711, "", new ByteSize(1 << 20)));
  }

  @Test
  void whatIsMissingOrBrokenIsUnknown() throws IOException {
    Files.delete(root.resolve("sys/devices/0000:05:00.0/gpu_busy_percent"));
    write("sys/devices/0000:05:00.0/mem_info_vram_used", "rubbish\n");
    write("sys/devices/0000:05:00.0/ras/umc_err_count", "ue: 3\nce: 9\n");
    GpuInfo first = look().devices().getFirst();
    assertThat(first.utilizationPercent()).isNull();
    assertThat(first.availableMemory()).isNull();
    assertThat(first.unknown()).containsKey(Measure.UTILIZATION);
    assertThat(first.condition()).isEqualTo(GpuCondition.FAILING);
  }

  @Test
  void aMachineWithoutSuchCards(@TempDir Path empty) {
    assertThat(new AmdSysfs(empty).look()).isEqualTo(GpuReport.nothing());
  }
}
