package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeServer.Behaviour;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The supervisor with its machine and interpreter, in a world on virtual time. */
class SupervisorTest {
  private static final ServiceName NAME = new ServiceName("demo");
  private final FakeWorld world = new FakeWorld();
  private final ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();
  private boolean mayLeave;

  private void define(Map<String, String> options) {
    orchestrator.define(
        new ServiceSpec(
            NAME,
            "vllm",
            new DemoModel(Path.of("/data/demo")),
            null,
            List.of(),
            VllmLifecycleOptions.from(options)));
  }

  @AfterEach
  void nothingIsLeft() {
    if (!mayLeave) {
      orchestrator.stop(NAME);
      world.advance(Duration.ofSeconds(60));
      world.assertNothingLeft();
    }
  }

  private static ErrorCode codeOf(CompletableFuture<ServiceStatus> future) {
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
      throw new AssertionError("completed well");
    } catch (CompletionException e) {
      return ((LifecycleException) e.getCause()).failure().code();
    }
  }

  private CompletableFuture<ServiceStatus> startAndServe() {
    define(Map.of());
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(25));
    return started;
  }

  @Test
  @Tag("UT-001")
  @Tag("AC-001")
  @Tag("FR-001")
  void startsAndSaysSo() {
    CompletableFuture<ServiceStatus> started = startAndServe();

    ServiceStatus status = started.join();
    assertThat(status.state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status.pid()).isNotNull();
    assertThat(status.servedName()).isEqualTo("demo");
    assertThat(world.store().starts(NAME, 9)).hasSize(1);
  }

  @Test
  @Tag("NFR-005")
  @Tag("FR-021")
  void readyIsNoticedWithinATickAndNoSooner() {
    define(Map.of());
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    CompletableFuture<ServiceStatus> needed = orchestrator.ensureHealthy(NAME);

    world.advance(Duration.ofMillis(19_990));
    assertThat(started).isNotDone();
    assertThat(needed).isNotDone();
    world.advance(Duration.ofMillis(100));
    assertThat(started).isCompleted();
    assertThat(needed).isCompletedWithValueMatching(it -> it.state() == ServiceState.RUNNING);
  }

  @Test
  @Tag("NFR-013")
  void everyTransitionIsKept() {
    startAndServe();
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(5));

    List<HistoryEntry> transitions =
        world.store().history(NAME, Instant.EPOCH, 99).stream()
            .filter(entry -> entry.kind() == HistoryEntry.Kind.TRANSITION)
            .toList();
    assertThat(transitions)
        .allSatisfy(
            entry -> {
              assertThat(entry.what()).isNotBlank();
              assertThat(entry.at()).isAfter(Instant.EPOCH);
            })
        .isSortedAccordingTo(Comparator.comparing(HistoryEntry::at));
    assertThat(transitions)
        .extracting(HistoryEntry::from)
        .containsExactly(
            ServiceState.STOPPED,
            ServiceState.STARTING,
            ServiceState.RUNNING,
            ServiceState.STOPPING);
    assertThat(transitions)
        .extracting(HistoryEntry::to)
        .containsExactly(
            ServiceState.STARTING,
            ServiceState.RUNNING,
            ServiceState.STOPPING,
            ServiceState.STOPPED);
  }

  @Test
  void phasesAreTold() {
    List<LoadPhase> phases = new ArrayList<>();
    define(Map.of());
    orchestrator.listen(
        notice -> {
          if (notice instanceof ServiceNotice.Loading loading) {
            phases.add(loading.phase());
          }
        });
    orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(25));

    assertThat(phases).isSorted();
    assertThat(phases.stream().distinct())
        .contains(LoadPhase.CONFIGURATION, LoadPhase.WEIGHTS, LoadPhase.FIRST_ANSWER);
  }

  @Test
  @Tag("UT-002")
  @Tag("FR-043")
  @Tag("AC-005")
  void aTakenPortIsRefusedBeforeAnythingIsLaunched() {
    define(Map.of());
    world
        .machine()
        .network()
        .occupy(VllmLifecycleOptions.defaults().port(), new PortHolder(7, "x"));

    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(1));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.PORT_IN_USE);
    assertThat(world.machine().launches()).isZero();
  }

  @Test
  void aStrangerOnThePortIsNotTakenForOurs() {
    define(Map.of());
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(10));
    world
        .machine()
        .network()
        .occupy(VllmLifecycleOptions.defaults().port(), new PortHolder(7, "x"));
    world.advance(Duration.ofSeconds(60));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.PORT_IN_USE);
  }

  @Test
  @Tag("FR-018")
  @Tag("AC-002")
  void anotherModelIsNotReady() {
    define(Map.of());
    world.machine().network().setWrongModel(true);
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(60));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.NOT_SERVING);
    assertThat(orchestrator.status(NAME).lastFailure().what()).contains("is not served");
  }

  @Test
  void deathWhileLoadingIsToldAtOnceAndNotRepeated() {
    define(Map.of());
    world.machine().behave(Behaviour.normal().dying(Duration.ofSeconds(8)));
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(9));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.ENGINE_DIED);
    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.FAILED);
    world.advance(Duration.ofMinutes(5));
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  @Tag("FR-023")
  @Tag("FR-047")
  void aStuckStartIsGivenUpAndEnded() {
    define(Map.of("lifecycle.model_load_timeout_seconds", "60"));
    world.machine().behave(Behaviour.normal().neverListening());
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(64));
    assertThat(started).isNotDone();
    world.advance(Duration.ofSeconds(20));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.LOAD_TIMED_OUT);
    assertThat(world.machine().living()).isZero();
  }

  @Test
  void noSignOfLifeIsNoticed() {
    define(Map.of());
    world.machine().behave(Behaviour.normal().dead());
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(50));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.START_TIMED_OUT);
  }

  @Test
  void aStopWhileLoadingSendsTwoSigtermsAndReleasesWhoWaited() {
    define(Map.of());
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(6));
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(3));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.CANCELLED);
    assertThat(stopped.join().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(world.machine().last().terms()).isEqualTo(2);
  }

  @Test
  void aDeafServerIsKilledAfterTheGrace() {
    world.machine().behave(Behaviour.normal().deaf());
    startAndServe();
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    world.advance(Duration.ofMillis(9900));
    assertThat(stopped).isNotDone();
    world.advance(Duration.ofMillis(200));

    assertThat(stopped).isCompleted();
  }

  @Test
  void aSecondStopHurries() {
    world.machine().behave(Behaviour.normal().deaf());
    startAndServe();
    orchestrator.stop(NAME);
    world.advance(Duration.ofMillis(100));
    CompletableFuture<ServiceStatus> hurried = orchestrator.stop(NAME);
    world.advance(Duration.ofMillis(100));

    assertThat(hurried).isCompleted();
    assertThat(world.machine().living()).isZero();
  }

  @Test
  @Tag("NFR-011")
  void orphansOfADeadServerAreSweptBeforeTheNextLaunch() {
    world.machine().behave(Behaviour.normal().orphaning());
    startAndServe();
    world.machine().last().end(new ExitStatus.Signalled(9));
    world.advance(Duration.ofSeconds(1));

    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.CRASHED);
    assertThat(world.machine().living()).isZero();
  }

  @Test
  void aCrashWhileServingIsRestartedAfterTwoSeconds() {
    startAndServe();
    world.machine().last().end(new ExitStatus.Exited(0));
    world.advance(Duration.ofMillis(1990));
    assertThat(world.machine().launches()).isEqualTo(1);
    world.advance(Duration.ofMillis(100));
    assertThat(world.machine().launches()).isEqualTo(2);
    world.advance(Duration.ofSeconds(25));

    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(orchestrator.status(NAME).lastFailure()).isNotNull();
  }

  @Test
  void whatRetryingCannotCureFails() {
    startAndServe();
    world.provider().explainAs(new Internal("bad flag"));
    world.machine().last().end(new ExitStatus.Exited(2));
    world.advance(Duration.ofSeconds(30));

    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.FAILED);
    assertThat(codeOf(ensure())).isEqualTo(ErrorCode.INTERNAL);
  }

  private CompletableFuture<ServiceStatus> ensure() {
    CompletableFuture<ServiceStatus> ensured = orchestrator.ensureHealthy(NAME);
    world.advance(Duration.ofSeconds(1));
    return ensured;
  }

  @Test
  void aStopWinsOverAWaitingRestart() {
    startAndServe();
    world.machine().last().end(new ExitStatus.Exited(1));
    world.advance(Duration.ofSeconds(1));
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    world.advance(Duration.ofMinutes(5));

    assertThat(stopped).isCompleted();
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void oneStoppedByHandIsNotStartedByNeed() {
    startAndServe();
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(5));

    assertThat(codeOf(ensure())).isEqualTo(ErrorCode.CANCELLED);
  }

  @Test
  void aRestartReleasesWhoWaitedForTheStopAndWhoWaitsForReadiness() {
    startAndServe();
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    CompletableFuture<ServiceStatus> restarted = orchestrator.restart(NAME);
    world.advance(Duration.ofSeconds(30));

    assertThat(stopped).isCompleted();
    assertThat(restarted.join().state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void survivorsAreNamedNeverClaimedGone() {
    mayLeave = true;
    world.machine().behave(Behaviour.normal().unkillable());
    startAndServe();
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));

    assertThat(codeOf(stopped)).isEqualTo(ErrorCode.SURVIVORS);
    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.FAILED);
    assertThat(world.store().leases()).hasSize(1);
  }

  @Test
  void whatCannotBeLaunchedLeavesNothing() {
    define(Map.of());
    world.machine().setLaunchable(false);
    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(1));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.LAUNCH_FAILED);
    world.assertNothingLeft();
  }

  @Test
  void aFullDiskRefusesTheStartAndStillStops() {
    startAndServe();
    world.store().setFull(true);
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(5));
    // It is down, but a Stoker killed now would not know that it was asked to be.
    assertThat(codeOf(stopped)).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(world.machine().living()).isZero();

    CompletableFuture<ServiceStatus> started = orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(5));
    assertThat(codeOf(started)).isEqualTo(ErrorCode.DISK_FULL);
  }
}
