package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ConfigurationReload.Applied;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.health.HealthCheckResult.Healthy;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What holds of every use case of a running Stoker, asked in its process or over its control API: a
 * caller cannot tell which one it got.
 */
public abstract class RunningServicesContract extends AskContract {
  protected RunningServicesContract() {}

  @Test
  @Tag("FR-001")
  @Tag("FR-002")
  public void whatIsDefinedIsKnownAndDown() {
    define();

    ServiceStatus status = orchestrator().status(NAME);
    assertThat(status.state()).isEqualTo(ServiceState.STOPPED);
    assertThat(status.model()).isEqualTo("/data/demo");
    assertThat(orchestrator().statuses()).containsExactly(status);
  }

  @Test
  public void everyKindOfModelAndOptionArrives() {
    await(
        orchestrator().define(spec(new HubModel(new ModelId("org/name")), Map.of("port", "8123"))));
    assertThat(orchestrator().status(NAME).model()).isEqualTo("org/name");
    assertThat(orchestrator().status(NAME).port().number()).isEqualTo(8123);

    await(orchestrator().define(spec(new LocalModel(Path.of("/m/x")), Map.of())));
    assertThat(orchestrator().status(NAME).servedName()).isEqualTo("x");
    assertThat(orchestrator().status(NAME).port().number()).isEqualTo(8000);
  }

  @Test
  @Tag("AC-032")
  @Tag("AC-033")
  @Tag("AC-034")
  @Tag("AC-035")
  @Tag("IT-007")
  @Tag("FR-001")
  public void startsAndShowsEverythingOfWhatRuns() {
    define();
    ServiceStatus started = await(orchestrator().start(NAME));
    awaitThat(() -> orchestrator().status(NAME).lastCheck() != null);

    ServiceStatus status = orchestrator().status(NAME);
    assertThat(started.state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status.pid()).isEqualTo(started.pid()).isNotNull();
    assertThat(status.upSince()).isNotNull();
    assertThat(status.engine()).isEqualTo("vllm");
    assertThat(status.engineVersion()).isEqualTo("0.32.0 (cpu)");
    assertThat(status.log()).isNotNull();
    assertThat(status.lastCheck().result()).isInstanceOf(Healthy.class);
    assertThat(status.lastCheck().at()).isAfterOrEqualTo(status.upSince());
    assertThat(status.model()).isEqualTo("/data/demo");
    assertThat(status.gpus()).isEmpty();
  }

  @Test
  @Tag("FR-001")
  @Tag("AC-034")
  public void theDevicesOfTheMachineAndOfAServiceAreTold() {
    world.provider().useGpus();
    GpuInfo device = world.gpus().add(80, 79);
    define();
    await(orchestrator().start(NAME));

    assertThat(orchestrator().status(NAME).gpus()).containsExactly(device);
    assertThat(services().gpus().now().report().devices()).containsExactly(device);
  }

  @Test
  @Tag("FR-001")
  @Tag("FR-027")
  public void anotherModelIsSwitchedToByHandAndItsLoadingIsTold() {
    define();
    await(orchestrator().start(NAME));
    Queue<ServiceNotice> told = new ConcurrentLinkedQueue<>();
    try (var _ = orchestrator().listen(told::add)) {
      ServiceStatus status =
          await(orchestrator().switchModel(NAME, new LocalModel(Path.of("/m/x"))));

      assertThat(status.state()).isEqualTo(ServiceState.RUNNING);
      assertThat(status.servedName()).isEqualTo("x");
      awaitThat(() -> told.stream().anyMatch(ServiceNotice.Loading.class::isInstance));
    }
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  public void whileItStartsPhaseAndPercentAreShown() {
    define();
    var _ = orchestrator().start(NAME);
    awaitThat(() -> orchestrator().status(NAME).phase() == LoadPhase.WEIGHTS);

    ServiceStatus status = orchestrator().status(NAME);
    assertThat(status.state()).isEqualTo(ServiceState.STARTING);
    assertThat(status.progress().percent()).isBetween(1, 99);
    assertThat(status.progress().status()).isEqualTo("loading the weights");
  }

  @Test
  @Tag("FR-001")
  public void stopsAndIsNotStartedByNeedAgain() {
    define();
    await(orchestrator().start(NAME));

    assertThat(await(orchestrator().stop(NAME)).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(failureOf(orchestrator().ensureHealthy(NAME)).code()).isEqualTo(ErrorCode.CANCELLED);
    world.assertNothingLeft();
  }

  @Test
  @Tag("FR-021")
  @Tag("FR-015")
  @Tag("FR-022")
  @Tag("FR-001")
  @Tag("AC-007")
  public void needStartsWhatWasNeverStarted() {
    define();

    assertThat(await(orchestrator().ensureHealthy(NAME)).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("FR-001")
  public void restartsWithAnotherProcess() {
    define();
    Long before = await(orchestrator().start(NAME)).pid();

    assertThat(await(orchestrator().restart(NAME)).pid()).isNotNull().isNotEqualTo(before);
  }

  @Test
  public void aFailureArrivesWithItsCodeWordsAndEvidence() {
    world.machine().behave(FakeServer.Behaviour.normal().dying(Duration.ofSeconds(3)));
    define();

    Failure failure = failureOf(orchestrator().start(NAME));
    assertThat(failure.code()).isEqualTo(ErrorCode.ENGINE_DIED);
    assertThat(failure.what()).isNotBlank();
    assertThat(failure.remedy()).isNotBlank();
    assertThat(failure.evidence().lines()).isNotEmpty();
    assertThat(orchestrator().status(NAME).state()).isEqualTo(ServiceState.FAILED);
    assertThat(orchestrator().status(NAME).lastFailure().what()).isEqualTo(failure.what());
  }

  @Test
  public void oneThatIsUpIsNotMadeAnother() {
    define();
    await(orchestrator().start(NAME));

    Failure failure =
        failureOf(orchestrator().define(spec(new LocalModel(Path.of("/m/x")), Map.of())));
    assertThat(failure.code()).isEqualTo(ErrorCode.SERVICE_DIFFERS);
    assertThat(failure.what()).contains("demo", "model");
    assertThat(await(orchestrator().define(spec())).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  public void whatIsRemovedIsStoppedAndForgotten() {
    define();
    await(orchestrator().start(NAME));
    await(orchestrator().remove(NAME));

    assertThat(orchestrator().statuses()).isEmpty();
    world.assertNothingLeft();
  }

  @Test
  public void anUnknownServiceIsSaidByEveryMethod() {
    ServiceName other = new ServiceName("other");
    define();

    assertThatThrownBy(() -> orchestrator().status(other))
        .hasMessageContaining("VLM-031")
        .hasMessageContaining("other")
        .hasMessageContaining("demo");
    assertThat(services().history().history(other, Instant.EPOCH, 5)).isEmpty();
    assertThatThrownBy(() -> orchestrator().status(other)).hasMessageContaining("VLM-031");
    for (CompletableFuture<ServiceStatus> future :
        List.of(
            orchestrator().start(other),
            orchestrator().stop(other),
            orchestrator().restart(other),
            orchestrator().ensureHealthy(other),
            orchestrator().remove(other))) {
      assertThat(failureOf(future).code()).isEqualTo(ErrorCode.UNKNOWN_SERVICE);
    }
  }

  @Test
  @Tag("FR-001")
  public void whatHappensIsToldInOrderUntilItIsClosed() {
    Queue<ServiceNotice> told = new ConcurrentLinkedQueue<>();
    define();
    Subscription subscription = orchestrator().listen(told::add);
    await(orchestrator().start(NAME));
    awaitThat(
        () ->
            told.stream()
                .anyMatch(
                    notice ->
                        notice instanceof ServiceNotice.Changed changed
                            && changed.to() == ServiceState.RUNNING));
    subscription.close();
    int before = told.size();
    await(orchestrator().stop(NAME));

    assertThat(told.stream().filter(ServiceNotice.Changed.class::isInstance))
        .extracting(notice -> ((ServiceNotice.Changed) notice).to())
        .containsExactly(ServiceState.STARTING, ServiceState.RUNNING);
    assertThat(told.stream().filter(ServiceNotice.Loading.class::isInstance))
        .extracting(notice -> ((ServiceNotice.Loading) notice).phase())
        .contains(LoadPhase.WEIGHTS);
    assertThat(told).hasSize(before);
  }

  @Test
  public void whatHappenedIsKeptOldestFirst() {
    define();
    await(orchestrator().start(NAME));
    await(orchestrator().stop(NAME));

    List<HistoryEntry> history = services().history().history(NAME, Instant.EPOCH, 99);
    assertThat(history.stream().filter(entry -> entry.kind() == HistoryEntry.Kind.TRANSITION))
        .extracting(HistoryEntry::to)
        .containsExactly(
            ServiceState.STARTING,
            ServiceState.RUNNING,
            ServiceState.STOPPING,
            ServiceState.STOPPED);
    assertThat(history)
        .extracting(HistoryEntry::kind)
        .contains(HistoryEntry.Kind.LAUNCH, HistoryEntry.Kind.EXIT);
    assertThat(services().history().history(null, Instant.EPOCH, 1))
        .containsExactly(history.getLast());
    assertThat(services().history().history(NAME, history.getLast().at().plusSeconds(1), 9))
        .isEmpty();
  }

  @Test
  @Tag("AC-018")
  public void anEndThatNobodyAskedForIsAnIncident() {
    define();
    await(orchestrator().start(NAME));
    world.machine().last().end(new ExitStatus.Exited(1));
    awaitThat(() -> !services().history().incidents(NAME, 9).isEmpty());
    awaitThat(() -> !services().history().incidents(NAME, 9).getFirst().decision().isEmpty());

    Incident incident = services().history().incidents(NAME, 9).getFirst();
    assertThat(incident.id()).isEqualTo("demo-1");
    assertThat(incident.doing()).isEqualTo("serving");
    assertThat(incident.exit()).isEqualTo("exit code 1");
    assertThat(incident.failure().code()).isEqualTo(ErrorCode.ENGINE_DIED);
    assertThat(incident.decision()).startsWith("restart in 2000 ms");
  }

  @Test
  @Tag("FR-005")
  @Tag("FR-027")
  public void anotherModelIsServedWhereItIsNeeded() {
    define();
    await(orchestrator().start(NAME));
    ServiceStatus status =
        await(orchestrator().ensureHealthy(NAME, new HubModel(new ModelId("org/other"))));

    assertThat(status.state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status.model()).isEqualTo("org/other");
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  /** On another thread: it waits for supervisors, which only this one lets work. */
  private CompletableFuture<Applied> reload() {
    return CompletableFuture.supplyAsync(() -> services().reload().reload());
  }

  @Test
  public void aReloadSaysWhatItTouched() {
    world.written().write("services.a.model", "org/a");
    world.written().write("services.a.port", "9000");
    owner().configuredServices().load(null);
    world.written().clear();
    world.written().write("services.a.model", "org/a");
    world.written().write("services.a.port", "9001");
    world.written().write("services.b.model", "org/b");

    Applied applied = await(reload());
    assertThat(applied.changes())
        .containsExactly(
            new ServiceChange(new ServiceName("a"), Kind.CHANGED, List.of("port")),
            new ServiceChange(new ServiceName("b"), Kind.ADDED, List.of()));
  }

  @Test
  public void aBadFileIsRefusedWholeAndNothingIsTouched() {
    world.written().write("services.a.model", "org/a");
    owner().configuredServices().load(null);
    world.written().clear();
    world.written().write("services.a.port", "many");
    world.written().write("services.b.modell", "org/b");

    Failure failure = failureOf(reload());
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
    assertThat(failure.what()).contains("services.a.port", "services.b.modell");
    assertThat(orchestrator().statuses()).extracting(ServiceStatus::model).containsExactly("org/a");
  }

  @Test
  public void thePracticeEngineShowsInTheStatusBeforeItEverRan() {
    await(
        orchestrator()
            .define(
                new ServiceSpec(
                    NAME,
                    "vllm",
                    new DemoModel(Path.of("/data/demo")),
                    EngineInfo.PRACTICE,
                    List.of(),
                    VllmLifecycleOptions.defaults())));

    assertThat(orchestrator().status(NAME).engine()).isEqualTo("practice");
  }
}
