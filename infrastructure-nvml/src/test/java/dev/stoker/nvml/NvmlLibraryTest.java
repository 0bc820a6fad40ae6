package dev.stoker.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stoker.domain.gpu.GpuCondition;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.Measure;
import dev.stoker.domain.gpu.Xid.Gravity;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** NVML through the foreign function interface, against a stand-in library in C. */
@Tag("NFR-018")
@Tag("FR-012")
class NvmlLibraryTest {
  @TempDir static Path folder;

  private NvmlStandIn standIn;

  @BeforeEach
  void compiled() throws Throwable {
    standIn = NvmlStandIn.compile(folder);
  }

  @Test
  @Tag("AC-031")
  void everythingThatItTells() throws Throwable {
    standIn.set("slow1", 0x4 | 0x20).set("processes0", 3);
    try (NvmlLibrary library = standIn.library()) {
      GpuReport report = library.look();
      assertThat(report.sources().getFirst().driver()).isEqualTo("610.62");
      assertThat(report.devices()).hasSize(2);
      GpuInfo device = report.devices().getLast();
      assertThat(device.deviceId()).isEqualTo("1");
      assertThat(device.uuid()).isEqualTo("GPU-1");
      assertThat(device.name()).isEqualTo("Stand-in 2");
      assertThat(device.bus()).isEqualTo("00000000:82:00.0");
      assertThat(device.totalMemory()).isEqualTo(new ByteSize(85_000_000_000L));
      assertThat(device.usedMemory()).isEqualTo(new ByteSize(1_000_000_000L));
      assertThat(device.availableMemory()).isEqualTo(new ByteSize(83_500_000_000L));
      assertThat(device.utilizationPercent()).isEqualTo(42);
      assertThat(device.temperatureCelsius()).isEqualTo(55);
      assertThat(device.powerWatts()).isEqualTo(300.5);
      assertThat(device.powerLimitWatts()).isEqualTo(700.0);
      assertThat(device.slowedBy()).containsExactly("power cap", "heat");
      assertThat(device.condition()).isEqualTo(GpuCondition.OK);
      assertThat(report.holders())
          .extracting(GpuHolder::device, GpuHolder::pid, GpuHolder::held)
          .containsExactly(
              tuple("GPU-0", 4000L, new ByteSize(1 << 20)),
              tuple("GPU-0", 4001L, null),
              tuple("GPU-0", 4002L, new ByteSize(3 << 20)));
    }
    assertThat(standIn.open()).isZero();
  }

  @Test
  void whatOneCannotTellIsUnknownAndNotZero() throws Throwable {
    standIn.set("utilization0", 3).set("temperature0", 13);
    try (NvmlLibrary library = standIn.library()) {
      GpuInfo device = library.look().devices().getFirst();
      assertThat(device.utilizationPercent()).isNull();
      assertThat(device.unknown()).containsEntry(Measure.UTILIZATION, "not supported");
      // The newer function is asked where the older one is gone.
      assertThat(device.temperatureCelsius()).isEqualTo(56);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "9,NO_DRIVER",
    "18,MISMATCH",
    "17,BLOCKED",
    "999,BLOCKED",
    "4,NO_PERMISSION",
    "20,BROKEN"
  })
  void aDriverThatCannotBeUsed(int code, GpuTrouble trouble) throws Throwable {
    standIn.set("init", code);
    try (NvmlLibrary library = standIn.library()) {
      assertThat(library.look().sources().getFirst().trouble()).isEqualTo(trouble);
      // It may come back: every look asks again.
      standIn.set("init", 0);
      assertThat(library.look().devices()).hasSize(2);
    }
  }

  @Test
  void oneThatIsLostHidesNoOther() throws Throwable {
    try (NvmlLibrary library = standIn.library()) {
      library.look();
      standIn.set("memory0", 15);
      GpuReport report = library.look();
      assertThat(report.devices())
          .extracting(GpuInfo::condition)
          .containsExactly(GpuCondition.LOST, GpuCondition.OK);
      // Its handle is worthless: all are asked for anew, and this one is not given.
      standIn.set("handle0", 15);
      assertThat(library.look().devices())
          .extracting(GpuInfo::deviceId, GpuInfo::condition)
          .containsExactlyInAnyOrder(tuple("0", GpuCondition.LOST), tuple("1", GpuCondition.OK));
      standIn.set("handle0", 0).set("memory0", 0);
      assertThat(library.look().devices())
          .extracting(GpuInfo::condition)
          .containsOnly(GpuCondition.OK);
    }
    assertThat(standIn.open()).isZero();
  }

  @Test
  void resetsErrorsAndRecoveries() throws Throwable {
    standIn.set("memory0", 16).set("ecc1", 4);
    try (NvmlLibrary library = standIn.library()) {
      assertThat(library.look().devices())
          .extracting(GpuInfo::condition)
          .containsExactly(GpuCondition.NEEDS_RESET, GpuCondition.FAILING);
      standIn.set("memory0", 0).set("recovery0", 2);
      assertThat(library.look().devices().getFirst().condition())
          .isEqualTo(GpuCondition.NEEDS_RESET);
    }
  }

  @Test
  void partsOfADividedOne() throws Throwable {
    standIn.set("mig0", 1);
    try (NvmlLibrary library = standIn.library()) {
      GpuReport report = library.look();
      assertThat(report.devices())
          .extracting(GpuInfo::deviceId, GpuInfo::uuid, GpuInfo::partOf, GpuInfo::divided)
          .containsExactly(
              tuple("0", "GPU-0", "", true),
              tuple("0:0", "MIG-1", "GPU-0", false),
              tuple("0:2", "MIG-3", "GPU-0", false),
              tuple("1", "GPU-1", "", false));
      assertThat(report.devices().get(1).totalMemory()).isNotNull();
      assertThat(report.devices().get(1).utilizationPercent()).isNull();
    }
  }

  @Test
  void memoryThatIsTheMachines() throws Throwable {
    standIn.set("memory0", 3);
    try (NvmlLibrary library = standIn.library()) {
      GpuInfo device = library.look().devices().getFirst();
      assertThat(device.sharesHostMemory()).isTrue();
      assertThat(device.totalMemory()).isNotNull();
    }
  }

  @Test
  void errorsByNumber() throws Throwable {
    try (NvmlLibrary library = standIn.library()) {
      assertThat(library.look().events()).isEmpty();
      standIn.set("xid", 79);
      assertThat(library.look().events())
          .extracting(GpuEvent::device, event -> event.xid().number())
          .containsExactly(tuple("GPU-1", 79));
      assertThat(library.look().events().getFirst().xid().gravity()).isEqualTo(Gravity.REBOOT);
    }
  }

  @Test
  void moreProcessesThanThereWasRoomFor() throws Throwable {
    standIn.set("processes1", 300);
    try (NvmlLibrary library = standIn.library()) {
      assertThat(library.look().holders()).hasSize(300);
    }
  }

  @Test
  void aMachineWithoutDevices() throws Throwable {
    standIn.set("count", 0);
    try (NvmlLibrary library = standIn.library()) {
      assertThat(library.look().sources().getFirst().trouble()).isEqualTo(GpuTrouble.NO_DEVICE);
      standIn.set("count", 1);
      assertThat(library.look().devices()).hasSize(1);
      standIn.set("count", 2);
      assertThat(library.look().devices()).hasSize(2);
    }
  }

  @Test
  void aDriverThatLacksFunctions() throws Throwable {
    NvmlStandIn older = NvmlStandIn.compile(folder, "-DWITHOUT_V2");
    try (NvmlLibrary library = older.library()) {
      // The older function counts the driver's own share as used.
      assertThat(library.look().devices().getFirst().usedMemory())
          .isEqualTo(new ByteSize(1_500_000_000L));
    }
  }

  @Test
  void withoutTheLibraryThereIsNone() {
    assumeTrue(
        Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/wsl/lib")
            .noneMatch(place -> Files.exists(Path.of(place, "libnvidia-ml.so.1"))),
        "this machine has it");
    assertThat(new NvmlLoader().load()).isNull();
  }
}
