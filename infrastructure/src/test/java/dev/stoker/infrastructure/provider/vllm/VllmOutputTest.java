package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.LoadSign;
import dev.stoker.domain.service.ServiceName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static Failure explain(String log, ModelReference model, int exit) throws IOException {
    ServiceSpec spec =
        new ServiceSpec(
            new ServiceName("s"), "vllm", model, null, List.of(), VllmLifecycleOptions.defaults());
    return VllmFailureClassifier.explain(
        spec, "importing", new Evidence(lines(log), ExitStatus.ofExitValue(exit), "/log"));
  }

  @ParameterizedTest
  @Tag("FR-044")
  @Tag("FR-045")
  @CsvSource({
    "hub-404,1,VLM-002", "hub-401,1,VLM-003", "hub-gated,1,VLM-003", "hub-offline,1,VLM-012",
    "hub-500,1,VLM-027", "port-in-use,1,VLM-005", "unknown-flag,2,VLM-020", "bad-dtype,2,VLM-020",
    "no-gpu,1,VLM-001", "kv-too-small,1,VLM-006", "unknown-arch,1,VLM-011"
  })
  void theCauseOfARealEndIsFound(String log, int exit, String code) throws IOException {
    assertThat(explain(log, new HubModel(new ModelId("acme/some-model")), exit).code().code())
        .isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "no-weights,VLM-014",
    "missing-shard,VLM-014",
    "truncated-shard,VLM-014",
    "bad-config-json,VLM-014",
    "no-model-dir,VLM-014"
  })
  void theCauseOfALocalModelsEndIsFound(String log, String code) throws IOException {
    assertThat(explain(log, new LocalModel(Path.of("/models/x")), 1).code().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "shape-mismatch,start (0) + length (256) exceeds dimension size (128)",
    "max-len-too-long,User-specified max_model_len (99999)",
    "apikey-sleep,Sleep mode is not supported",
    "bad-quant,Cannot find the config file for awq",
    "console-script,No package metadata was found"
  })
  void whatNoRowKnowsKeepsTheLineThatTells(String log, String words) throws IOException {
    Failure failure = explain(log, new LocalModel(Path.of("/models/x")), 1);

    assertThat(failure.code().code()).isEqualTo("VLM-015");
    assertThat(failure.cause()).contains(words);
    assertThat(failure.evidence().lines()).hasSizeBetween(1, 15);
  }

  @Test
  void aKilledServerIsNotExplainedByWhatItPrinted() throws IOException {
    Failure failure = explain("no-weights", new LocalModel(Path.of("/m")), 137);

    assertThat(failure.code().code()).isEqualTo("VLM-015");
    assertThat(failure.what()).contains("signal 9");
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
