package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.LoadSign;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads what the real vLLM 0.32.0 printed. */
class VllmOutputTest {
  private static List<String> lines(String name) throws IOException {
    try (InputStream file = VllmOutputTest.class.getResourceAsStream("logs/" + name + ".log")) {
      String text =
          new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .flatMap(line -> List.of(line.split("\r", -1)).stream())
          .filter(line -> !line.isBlank())
          .toList();
    }
  }

  @Test
  @Tag("FR-047")
  void phasesOfARealStartComeInOrder() throws IOException {
    List<LoadPhase> phases = new ArrayList<>();
    for (String line : lines("normal")) {
      for (LoadSign sign : VllmOutputReader.read(line)) {
        if (phases.isEmpty() || !phases.getLast().equals(sign.phase())) {
          phases.add(sign.phase());
        }
      }
    }

    assertThat(phases)
        .containsExactly(
            LoadPhase.CONFIGURATION,
            LoadPhase.ENGINE_START,
            LoadPhase.DOWNLOAD,
            LoadPhase.WEIGHTS,
            LoadPhase.KV_CACHE,
            LoadPhase.API_START);
  }

  @Test
  void shardsAndGraphsAreCounted() {
    assertThat(
            VllmOutputReader.read(
                "Loading safetensors checkpoint shards:  50% Completed | 1/2 [00:00<00:00, 4it/s]"))
        .contains(LoadSign.counted(LoadPhase.WEIGHTS, 1, 2));
    assertThat(
            VllmOutputReader.read(
                "Capturing CUDA graphs (mixed prefill-decode, PIECEWISE):  45%|####5     | 30/67"
                    + " [x"))
        .contains(LoadSign.counted(LoadPhase.GRAPHS, 30, 67));
  }
}
