package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stoker.application.Application;
import dev.stoker.application.EffectiveValue;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.in.ConfigurationQuery.Configuration;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.unit.Utilization;
import dev.stoker.testing.FakeWorld;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ConfigurationServiceTest {
  private final FakeWorld world = new FakeWorld();
  private final ConfigurationQuery query = Application.wire(world).configuration();

  private Configuration read(Map<String, String> flags) {
    return query.read(new Request(null, null, flags, List.of()));
  }

  private ServiceSpec service(Map<String, String> flags) {
    return Objects.requireNonNull(read(flags).service());
  }

  private List<Violation> violations(Request request) {
    LifecycleException problem =
        catchThrowableOfType(LifecycleException.class, () -> query.read(request));
    return ((InvalidConfiguration) problem.failure()).violations();
  }

  private static String origin(Configuration configuration, String key) {
    return configuration.values().stream()
        .filter(value -> value.key().equals(key))
        .map(EffectiveValue::origin)
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Tag("FR-038")
  @Tag("AC-023")
  @Tag("UT-008")
  void flagBeatsEnvironmentBeatsFileBeatsDefault() {
    assertThat(origin(read(Map.of()), "port")).isEqualTo("default");
    world.written().write("providers.vllm.port", "8001");
    assertThat(origin(read(Map.of()), "port")).startsWith("config.yml:");
    world.written().set("VLLM_PORT", "8002");
    assertThat(origin(read(Map.of()), "port")).isEqualTo("environment VLLM_PORT");
    assertThat(origin(read(Map.of("port", "8003")), "port")).isEqualTo("flag --port");
    assertThat(service(Map.of("port", "8003", "model", "demo")).options().port().number())
        .isEqualTo(8003);
  }

  @Test
  @Tag("FR-038")
  @Tag("AC-023")
  void soItIsWithTheModel() {
    world.written().write("providers.vllm.model", "acme/file");
    assertThat(origin(read(Map.of()), "model")).startsWith("config.yml:");
    assertThat(service(Map.of()).model().servedName()).isEqualTo("acme/file");
    world.written().set("VLLM_MODEL", "acme/environment");
    assertThat(origin(read(Map.of()), "model")).isEqualTo("environment VLLM_MODEL");
    assertThat(service(Map.of()).model().servedName()).isEqualTo("acme/environment");
    Map<String, String> flag = Map.of("model", "acme/flag");
    assertThat(origin(read(flag), "model")).isEqualTo("flag --model");
    assertThat(service(flag).model().servedName()).isEqualTo("acme/flag");
  }

  @Test
  @Tag("FR-037")
  @Tag("AC-022")
  @Tag("UT-008")
  void theFilesSectionIsRead() {
    world.written().write("providers.vllm.model", "org/name");
    world.written().write("providers.vllm.lifecycle.max_restarts_per_minute", "5");
    world.written().write("providers.vllm.gpu.tensor_parallel_size", "2");
    world.written().write("providers.vllm.gpu.gpu_memory_utilization", "0.5");
    world.written().writeList("providers.vllm.args", List.of("--dtype", "half"));

    ServiceSpec spec = service(Map.of());
    assertThat(spec.name().value()).isEqualTo("default");
    assertThat(spec.model().servedName()).isEqualTo("org/name");
    assertThat(spec.options().maxRestartsPerMinute()).isEqualTo(5);
    assertThat(spec.options().tensorParallelSize()).isEqualTo(2);
    assertThat(spec.options().gpuMemoryUtilization()).isEqualTo(new Utilization(0.5));
    assertThat(spec.arguments()).containsExactly("--dtype", "half");
  }

  @Test
  void aServicesOwnSectionBeatsTheProviders() {
    world.written().write("providers.vllm.port", "8001");
    world.written().write("services.name.port", "8009");

    assertThat(service(Map.of("model", "org/name")).options().port().number()).isEqualTo(8009);
    assertThat(service(Map.of("model", "org/other")).options().port().number()).isEqualTo(8001);
  }

  @Test
  @Tag("FR-010")
  void kubernetesVariableIsIgnoredAndSaid() {
    world.written().set("VLLM_PORT", "tcp://10.0.0.1:8000");

    Configuration configuration = read(Map.of("model", "demo"));
    assertThat(origin(configuration, "port")).isEqualTo("default");
    assertThat(configuration.notes()).singleElement().asString().contains("VLLM_PORT");
  }

  @Test
  @Tag("FR-042")
  @Tag("AC-024")
  @Tag("AC-025")
  @Tag("UT-008")
  void everythingWrongIsReportedTogether() {
    world.written().write("providers.vllm.lifecycle.mod", "managed");
    world.written().write("providers.vllm.port", "eighty");
    world.written().write("services.Big.port", "1");
    world.written().write("provider.vllm.port", "1");
    world.written().set("VLLM_MODEL", "a/b/c");

    List<Violation> all =
        violations(
            new Request(
                null, null, Map.of("gpu.gpu_memory_utilization", "2"), List.of("--port", "9")));
    assertThat(all)
        .extracting(Violation::key)
        .contains(
            "providers.vllm.lifecycle.mod",
            "providers.vllm.port",
            "services.Big.port",
            "provider.vllm.port",
            "gpu.gpu_memory_utilization",
            "--port",
            "model");
    assertThat(all.getFirst().allowed()).contains("did you mean 'providers.vllm.lifecycle.mode'?");
  }

  @Test
  void keysOfOtherProgramsAreLeftAlone() {
    world.written().write("agent.name", "x");
    world.written().write("providers.openai.key", "y");

    assertThat(service(Map.of("model", "demo")).name().value()).isEqualTo("demo");
  }

  @Test
  void aListIsNoText() {
    world.written().writeList("providers.vllm.port", List.of("1", "2"));
    world.written().write("providers.vllm.args", "--a");

    assertThat(violations(new Request(null, null, Map.of(), List.of())))
        .extracting(Violation::key)
        .containsExactly("providers.vllm.port", "providers.vllm.args");
  }

  @Test
  void withoutAModelThereIsNoService() {
    assertThat(read(Map.of()).service()).isNull();
  }
}
