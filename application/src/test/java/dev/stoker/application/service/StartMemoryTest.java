package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.MemoryPlan;
import dev.stoker.application.port.out.StateStore.GoodStart;
import dev.stoker.domain.fit.DeviceMemory;
import dev.stoker.domain.fit.EngineFootprint;
import dev.stoker.domain.fit.FitSettings;
import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.unit.ByteSize;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a start reported is the estimate of the next one like it, and of no other. */
@Tag("FR-028")
class StartMemoryTest {
  private static final List<DeviceMemory> DEVICE =
      List.of(new DeviceMemory("0", "H100", ByteSize.ofGib(80), ByteSize.ofGib(79)));

  private static MemoryPlan plan(int sequences, double share) {
    ByteSize none = new ByteSize(0);
    return new MemoryPlan(
        new FitSettings(1, 1, share, 0, sequences, 0, null),
        new EngineFootprint(0, none, none, false, 1, 16),
        "",
        true,
        true,
        List.of());
  }

  private static GoodStart after(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("engine", "vllm");
    return new GoodStart(Instant.EPOCH, all);
  }

  @Test
  void theRestOfTheShareIsWhatItTookBeside() {
    ReportedMemory reported = new ReportedMemory(ByteSize.ofGib(15), ByteSize.ofGib(54));
    GoodStart last = after(StartMemory.written("m", "vllm 1", plan(0, 0.9), DEVICE, reported));
    assertThat(StartMemory.beside(last, "m", "vllm 1", plan(0, 0.9), DEVICE))
        .isEqualTo(ByteSize.ofGib(3));
    assertThat(StartMemory.beside(last, "m", "vllm 1", plan(0, 0.8), DEVICE)).isNotNull();
    assertThat(StartMemory.beside(last, "m", "vllm 1", plan(64, 0.9), DEVICE)).isNull();
    assertThat(StartMemory.beside(last, "m", "vllm 2", plan(0, 0.9), DEVICE)).isNull();
    assertThat(StartMemory.beside(last, "other", "vllm 1", plan(0, 0.9), DEVICE)).isNull();
    assertThat(StartMemory.beside(null, "m", "vllm 1", plan(0, 0.9), DEVICE)).isNull();
    assertThat(StartMemory.without(last.circumstances())).containsOnlyKeys("engine");
  }

  @Test
  void whatIsNotReportedOrCannotBeIsNotWrittenDown() {
    assertThat(StartMemory.written("m", "v", plan(0, 0.9), DEVICE, null)).isEmpty();
    ReportedMemory more = new ReportedMemory(ByteSize.ofGib(70), ByteSize.ofGib(54));
    assertThat(StartMemory.written("m", "v", plan(0, 0.9), DEVICE, more)).isEmpty();
  }
}
