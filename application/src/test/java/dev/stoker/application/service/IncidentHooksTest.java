package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who is told of incidents, and how often it is tried, on virtual time. */
class IncidentHooksTest {
  private static final ServiceName NAME = new ServiceName("demo");

  private final FakeWorld world = new FakeWorld();
  private final ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();

  private void crash(Map<String, String> options) {
    orchestrator.define(
        new ServiceSpec(
            NAME,
            "vllm",
            new DemoModel(Path.of("/data/demo")),
            null,
            List.of(),
            VllmLifecycleOptions.from(options)));
    orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(30));
    Objects.requireNonNull(world.machine().of(NAME)).end(new ExitStatus.Signalled(11));
    world.advance(Duration.ofMinutes(2));
    orchestrator.stop(NAME);
    world.advance(Duration.ofMinutes(1));
    world.assertNothingLeft();
  }

  private static Map<String, String> both() {
    return Map.of("lifecycle.incident_command", "notify", "lifecycle.incident_url", "http://h:1/x");
  }

  @Test
  void bothAreToldOnceOfAnIncident() {
    crash(both());

    assertThat(world.hooks().told()).containsExactlyInAnyOrder("notify", "http://h:1/x");
    assertThat(world.hooks().incidents())
        .extracting(Incident::id)
        .containsExactly("demo-1", "demo-1");
  }

  @Test
  void whereNobodyWantsToKnowNobodyIsTold() {
    crash(Map.of());

    assertThat(world.hooks().told()).isEmpty();
  }

  @Test
  void whatFailsIsTriedThreeTimesAndThenLetBe() {
    world.hooks().fail(99);
    crash(Map.of("lifecycle.incident_command", "notify"));

    assertThat(world.hooks().told()).containsExactly("notify", "notify", "notify");
  }

  @Test
  void whoIsToldIsToldNoSecrets() {
    world
        .provider()
        .explainAs(
            new Died(
                "serving",
                new ExitStatus.Signalled(11),
                "refused hf_abcdefghijklmnop",
                Evidence.of(List.of("at http://me:pw1234@h/"))));
    crash(Map.of("lifecycle.incident_command", "notify"));

    assertThat(world.hooks().incidents().toString())
        .contains("[redacted]")
        .doesNotContain("hf_abcdefghijklmnop", "pw1234");
  }
}
