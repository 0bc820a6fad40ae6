package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceNotice.Degraded;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.health.HealthCheckResult.Busy;
import dev.stoker.domain.health.HealthCheckResult.NotOurs;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.FakeServer;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether a server that hangs is told from one that is busy or idle, on virtual time. */
class WorkMonitorTest {
  private static final ServiceName NAME = new ServiceName("demo");

  private final FakeWorld world = new FakeWorld();
  private final ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();
  private final List<ServiceNotice> notices = new ArrayList<>();

  private FakeServer serve(Map<String, String> options) {
    orchestrator.define(
        new ServiceSpec(
            NAME,
            "vllm",
            new DemoModel(Path.of("/data/demo")),
            null,
            List.of(),
            VllmLifecycleOptions.from(options)));
    orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(25));
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
    orchestrator.listen(notices::add);
    return Objects.requireNonNull(world.machine().of(NAME));
  }

  @AfterEach
  void nothingIsLeft() {
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    world.assertNothingLeft();
  }

  private ServiceState state() {
    return orchestrator.status(NAME).state();
  }

  private List<Incident> incidents() {
    return world.stateStore().incidents(NAME, 9);
  }

  @Test
  @Tag("FR-020")
  void aServerThatHangsWithARequestRunningIsRestartedAndTheEvidenceIsKept() {
    FakeServer server = serve(Map.of());
    server.setRunning(2);
    world.advance(Duration.ofSeconds(60));
    server.setHanging(true);
    world.advance(Duration.ofSeconds(100));
    assertThat(orchestrator.status(NAME).doubt()).contains("2 running");
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
    world.advance(Duration.ofSeconds(120));

    assertThat(incidents())
        .singleElement()
        .satisfies(
            incident -> {
              assertThat(incident.failure().code().code()).isEqualTo("VLM-035");
              assertThat(incident.failure().what()).contains("2 running").contains("unanswered");
            });
    assertThat(notices)
        .filteredOn(Degraded.class::isInstance)
        .extracting(each -> ((Degraded) each).evidence())
        .first()
        .asString()
        .isNotEmpty();
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
    assertThat(orchestrator.status(NAME).doubt()).isEmpty();
  }

  /** Hangs the server that runs now, and waits until it has been restarted. */
  private Duration silenceOfHang(long running) {
    FakeServer server = Objects.requireNonNull(world.machine().of(NAME));
    int before = incidents().size();
    server.setRunning(running);
    world.advance(Duration.ofSeconds(10));
    server.setHanging(true);
    Duration silence = Duration.ZERO;
    while (incidents().size() == before && silence.toHours() < 1) {
      world.advance(Duration.ofSeconds(5));
      silence = silence.plusSeconds(5);
    }
    world.advance(Duration.ofSeconds(90));
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
    return silence;
  }

  /** It may have been one very long request; a single token of our own is none. */
  @Test
  void whatWasCalledAHangWithRequestsRunningIsGivenMoreTimeTheNextTime() {
    serve(Map.of("lifecycle.max_restarts_per_minute", "9"));
    Duration ours = silenceOfHang(0);
    assertThat(silenceOfHang(0)).isLessThanOrEqualTo(ours.plusSeconds(30));
    Duration theirs = silenceOfHang(2);

    assertThat(silenceOfHang(2)).isGreaterThan(theirs.multipliedBy(3).dividedBy(2));
  }

  @Test
  @Tag("FR-020")
  void aServerThatHungBeforeAnyRequestIsFoundByTheCanary() {
    FakeServer server = serve(Map.of());
    server.setHanging(true);
    world.advance(Duration.ofSeconds(300 + 120 + 60));

    assertThat(incidents())
        .singleElement()
        .satisfies(
            incident -> assertThat(incident.failure().what()).contains("one token unanswered"));
  }

  @Test
  void withoutACanaryAnIdleServerIsLeftAlone() {
    FakeServer server = serve(Map.of("lifecycle.canary_interval_seconds", "off"));
    int asked = world.machine().network().asked();
    server.setHanging(true);
    world.advance(Duration.ofHours(5));

    assertThat(incidents()).isEmpty();
    assertThat(world.machine().network().asked()).isEqualTo(asked);
  }

  @Test
  void aBusyServerIsNeverRestartedAndNoCanaryIsSent() {
    FakeServer server = serve(Map.of());
    int asked = world.machine().network().asked();
    server.setRunning(16);
    world.machine().network().setLate(true);
    world.advance(Duration.ofHours(2));

    assertThat(incidents()).isEmpty();
    assertThat(world.machine().network().asked()).isEqualTo(asked);
    assertThat(Objects.requireNonNull(orchestrator.status(NAME).lastCheck()).result())
        .isInstanceOf(Busy.class);
    world.machine().network().setLate(false);
  }

  @Test
  @Tag("AC-016")
  @Tag("FR-020")
  void aServerThatAnswersLateAndDoesNothingIsRestarted() {
    serve(Map.of());
    world.machine().network().setLate(true);
    world.advance(Duration.ofSeconds(200));

    assertThat(incidents())
        .singleElement()
        .satisfies(incident -> assertThat(incident.failure().code().code()).isEqualTo("VLM-028"));
    world.machine().network().setLate(false);
  }

  @Test
  void anEngineThatWasPutToSleepIsLetSleep() {
    FakeServer server = serve(Map.of());
    int asked = world.machine().network().asked();
    world.machine().network().setPaused(true);
    server.setRunning(2);
    server.setHanging(true);
    world.advance(Duration.ofHours(2));

    assertThat(incidents()).isEmpty();
    assertThat(world.machine().network().asked()).isEqualTo(asked);
    world.machine().network().setPaused(false);
  }

  @Test
  void anIdleServerIsAskedRarely() {
    serve(Map.of());
    int asked = world.machine().network().asked();
    world.advance(Duration.ofHours(1));

    assertThat(world.machine().network().asked() - asked).isBetween(10, 12);
    assertThat(incidents()).isEmpty();
  }

  @Test
  void aHangTimeoutThatIsOffIsOff() {
    FakeServer server = serve(Map.of("lifecycle.hang_timeout_seconds", "off"));
    server.setRunning(2);
    server.setHanging(true);
    world.advance(Duration.ofHours(5));

    assertThat(incidents()).isEmpty();
  }

  @Test
  void theLoadIsInTheStatus() {
    FakeServer server = serve(Map.of());
    server.setRunning(3);
    world.advance(Duration.ofSeconds(60));
    EngineLoad load = orchestrator.status(NAME).load();

    assertThat(load).isNotNull();
    assertThat(load.running()).isEqualTo(3);
    assertThat(load.generationTokensPerSecond()).isBetween(0.5, 2.0);
  }

  @Test
  @Tag("FR-018")
  @Tag("FR-020")
  void aStrangerAtThePortIsAFailedCheck() {
    FakeServer server = serve(Map.of());
    Port port = orchestrator.status(NAME).port();
    world.machine().network().occupy(port, new PortHolder(7, "stranger"));
    world.advance(Duration.ofSeconds(61));

    assertThat(Objects.requireNonNull(orchestrator.status(NAME).lastCheck()).result())
        .isInstanceOf(NotOurs.class);
    world.machine().network().leave(port);
    assertThat(server.isWell()).isTrue();
  }
}
