package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class VllmMemoryTest {
  private static final ModelReference MODEL = new LocalModel(Path.of("/m"));

  private static MemoryPlan plan(
      ModelReference model,
      String version,
      String device,
      Map<String, String> environment,
      String... arguments) {
    return VllmMemory.of(
        new ServiceSpec(
            new ServiceName("one"),
            "vllm",
            model,
            null,
            List.of(arguments),
            VllmLifecycleOptions.from(Map.of("gpu.tensor_parallel_size", "2"))),
        new EngineInfo("vllm", version, "vllm", device, Path.of("/python"), null, "test", true),
        environment);
  }

  private static MemoryPlan onGpu(String version, String... arguments) {
    return plan(MODEL, version, "cuda", Map.of(), arguments);
  }

  @Test
  @Tag("FR-029")
  @Tag("FR-030")
  void devicesAreThoseOfAllItsParts() {
    ServiceSpec spec =
        new ServiceSpec(
            new ServiceName("one"),
            "vllm",
            MODEL,
            null,
            List.of("--data-parallel-size", "2"),
            VllmLifecycleOptions.from(
                Map.of("gpu.tensor_parallel_size", "2", "gpu.pipeline_parallel_size", "3")));

    assertThat(VllmMemory.devices(spec)).isEqualTo(12);
  }

  @Test
  void whatIsSetIsTaken() {
    MemoryPlan plan =
        onGpu(
            "0.32.0",
            "--max-model-len=16k",
            "--max_num_seqs",
            "64",
            "--kv-cache-dtype",
            "fp8_e5m2",
            "--dtype",
            "float32",
            "--gpu-memory-utilization",
            "0.8",
            "--block-size",
            "32");

    assertThat(plan.settings().context()).isEqualTo(16000);
    assertThat(plan.settings().sequences()).isEqualTo(64);
    assertThat(plan.settings().cacheElementBytes()).isEqualTo(1);
    assertThat(plan.settings().utilization()).isEqualTo(0.8);
    assertThat(plan.settings().tensorParallel()).isEqualTo(2);
    assertThat(plan.settings().cache()).isNull();
    assertThat(plan.footprint().blockTokens()).isEqualTo(32);
    assertThat(plan.type()).isEqualTo("float32");
  }

  @Test
  void whatIsNotSetOrMakesNoSenseIsTheServersOwn() {
    MemoryPlan plan = onGpu("0.32.0", "--max-model-len", "auto", "--max-num-seqs");

    assertThat(plan.settings().context()).isZero();
    assertThat(plan.settings().sequences()).isZero();
    assertThat(plan.settings().cacheElementBytes()).isZero();
    assertThat(plan.footprint().graphs()).isTrue();
    assertThat(plan.type()).isEmpty();
  }

  @Test
  void versionsDiffer() {
    assertThat(onGpu("0.32.0").footprint().bytesPerLogit()).isEqualTo(15.5);
    assertThat(onGpu("0.11.0").footprint().bytesPerLogit()).isEqualTo(39);
    assertThat(onGpu("0.20.0").assumptions()).anyMatch(each -> each.contains("come on top"));
    assertThat(onGpu("0.20.0", "--enforce-eager").assumptions())
        .noneMatch(each -> each.contains("come on top"));
  }

  @Test
  void onAProcessorTheCacheHasTheSizeThatTheEnvironmentSays() {
    Map<String, String> environment = Map.of("VLLM_CPU_KVCACHE_SPACE", "4");

    assertThat(plan(MODEL, "0.32.0", "cpu", environment).settings().cache())
        .isEqualTo(ByteSize.ofGib(4));
    assertThat(
            plan(MODEL, "0.32.0", "cpu", environment, "--kv-cache-memory-bytes", "1M")
                .settings()
                .cache())
        .isEqualTo(new ByteSize(1 << 20));
    assertThat(plan(MODEL, "0.32.0", "cpu", Map.of()).settings().cache()).isNull();
    MemoryPlan demo = plan(new DemoModel(Path.of("/d")), "0.32.0", "cpu", environment);
    assertThat(demo.settings().sequences()).isEqualTo(4);
    assertThat(demo.type()).isEqualTo("float32");
  }
}
