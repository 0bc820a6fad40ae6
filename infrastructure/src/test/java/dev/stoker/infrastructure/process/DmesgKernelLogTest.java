package dev.stoker.infrastructure.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.gpu.Xid;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's word for a process that it ended, against a stand-in of dmesg. */
class DmesgKernelLogTest {
  /** As Linux 6 words it, with and without a control group. */
  private static final String SAID =
      "[ 11.0] Out of memory: Killed process 70 (python) total-vm:1kB, anon-rss:1kB\n"
          + "[ 12.0] Memory cgroup out of memory: Killed process 71 (VLLM::Worker) total-vm:9kB\n"
          + "[ 13.0] oom_reaper: reaped process 71 (VLLM::Worker)\n";

  @TempDir Path folder;

  private DmesgKernelLog log;

  @BeforeEach
  void begin() throws IOException {
    count(3);
    Path dmesg = folder.resolve("dmesg");
    Files.writeString(
        dmesg, "#!/bin/sh\ntouch '" + folder + "/asked'\ncat '" + folder + "/said'\n");
    assertThat(dmesg.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("said"), SAID);
    log =
        new DmesgKernelLog(
            new JdkCommands(),
            new Settings(Map.of("PATH", folder + ":/usr/bin:/bin"), folder, folder),
            folder.resolve("vmstat"));
  }

  private void count(int killed) throws IOException {
    Files.writeString(folder.resolve("vmstat"), "nr_free_pages 1\noom_kill " + killed + "\n");
  }

  @Test
  void aProcessThatTheKernelEndedForLackOfMemoryIsFound() throws IOException {
    count(4);

    assertThat(log.outOfMemory(Set.of(70L)))
        .hasValueSatisfying(line -> assertThat(line).contains("Killed process 70"));
    assertThat(log.outOfMemory(Set.of(5L, 71L)))
        .hasValueSatisfying(line -> assertThat(line).contains("Memory cgroup out of memory"));
  }

  @Test
  void anotherProcessIsNotOurs() throws IOException {
    count(4);

    assertThat(log.outOfMemory(Set.of(7L, 700L))).isEmpty();
  }

  @Test
  void nobodyIsAskedWhenTheKernelHasEndedNobody() {
    assertThat(log.outOfMemory(Set.of(70L))).isEmpty();
    assertThat(folder.resolve("asked")).doesNotExist();
  }

  @Test
  void aLogThatMayNotBeReadTellsNothing() throws IOException {
    count(4);
    Files.writeString(folder.resolve("dmesg"), "#!/bin/sh\necho 'not permitted' >&2\nexit 1\n");

    assertThat(log.outOfMemory(Set.of(70L))).isEmpty();
  }

  @Test
  void whatAGpuReportedSinceALaunch() throws IOException {
    Files.writeString(
        folder.resolve("said"),
        "[   99.5] NVRM: Xid (PCI:0000:05:00): 13, pid=1, name=old, earlier\n"
            + "[ 1234.567890] NVRM: Xid (PCI:0000:05:00): 79, pid=7, name=python3, GPU has fallen\n"
            + "NVRM: Xid (PCI:0000:05:00): 48, without a time\n");
    assertThat(log.gpuErrors(Duration.ofSeconds(1000), Set.of("00000000:05:00.0")))
        .extracting(Xid::number)
        .containsExactly(79);
    assertThat(log.gpuErrors(Duration.ofSeconds(1000), Set.of("00000000:83:00.0"))).isEmpty();
  }
}
