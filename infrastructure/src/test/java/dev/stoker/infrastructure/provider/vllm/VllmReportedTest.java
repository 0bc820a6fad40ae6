package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lines of {@code facts-vllm.md} 3.2, rows 8 and 10, of several versions. */
@Tag("FR-028")
class VllmReportedTest {
  private static ByteSize gib(double size) {
    return new ByteSize(Math.round(size * (1L << 30)));
  }

  @Test
  void ofSeveralWorkersTheFullestCounts() {
    assertThat(
            VllmReported.of(
                List.of(
                    "(Worker_TP0 pid=1) INFO Model loading took 14.2 GiB memory and 3.1 seconds",
                    "(Worker_TP1 pid=2) INFO Model loading took 14.5 GiB memory and 3.0 seconds",
                    "(Worker_TP0 pid=1) INFO Available KV cache memory: 50.25 GiB",
                    "(Worker_TP1 pid=2) INFO Available KV cache memory: 49.75 GiB")))
        .contains(new ReportedMemory(gib(14.5), gib(49.75)));
    assertThat(
            VllmReported.of(
                List.of(
                    "Loading model weights took 14.9888 GB", "Available KV cache memory: 2 GiB")))
        .contains(new ReportedMemory(gib(14.9888), gib(2)));
  }

  @Test
  void halfOfItTellsNothing() {
    assertThat(VllmReported.of(List.of("Available KV cache memory: 2 GiB"))).isEmpty();
    assertThat(VllmReported.of(List.of("Model loading took x GiB", ""))).isEmpty();
  }
}
