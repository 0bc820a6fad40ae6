package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.testing.FakeServer;
import dev.stoker.testing.FakeServer.Behaviour;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What comes back after a crash of the server, of Stoker, or of both, and within which limits. */
class RecoveryTest extends RecoveryFixture {
  @Test
  void anEndThatWasAskedForIsNoFailureInTheHistory() {
    startAndServe();
    stoker.orchestrator().stop(A);
    seconds(5);
    assertThat(history(Kind.EXIT)).singleElement().extracting(HistoryEntry::code).isNull();

    stoker.orchestrator().start(A);
    seconds(25);
    world.machine().last().end(new ExitStatus.Exited(0));
    seconds(1);
    assertThat(history(Kind.EXIT).getLast().code()).isNotNull();
  }

  @Test
  @Tag("NFR-010")
  void theDeathOfTheEngineIsSeenAtOnceAlsoOfAServerThatWasReadyAtTheFirstLook() {
    world.machine().behave(Behaviour.normal().loading(Duration.ofMillis(1)));
    load();
    stoker.orchestrator().start(A);
    seconds(3);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    world.machine().last().endEngine();
    seconds(1);

    assertThat(status().state()).isEqualTo(ServiceState.CRASHED);
  }

  @Test
  @Tag("AC-018")
  @Tag("AC-019")
  @Tag("FR-032")
  @Tag("FR-034")
  void aCrashIsSeenAndTheServerComesBackAfterTwoSeconds() {
    startAndServe();
    world.machine().last().end(new ExitStatus.Signalled(11));
    world.advance(Duration.ofMillis(10));
    assertThat(status().state()).isEqualTo(ServiceState.CRASHED);

    world.advance(Duration.ofMillis(1900));
    assertThat(world.machine().launches()).isEqualTo(1);
    world.advance(Duration.ofMillis(200));
    assertThat(world.machine().launches()).isEqualTo(2);
    seconds(25);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(history(Kind.RESTART)).hasSize(1);
  }

  @Test
  @Tag("NFR-010")
  void aDeadEngineIsACrashWithinASecondThoughTheServerGoesOn() {
    startAndServe();
    FakeServer server = world.machine().last();
    server.endEngine();
    seconds(1);

    assertThat(status().state()).isEqualTo(ServiceState.CRASHED);
    Incident incident = stoker.history().incidents(A, 9).getFirst();
    assertThat(incident.exit()).contains("VLLM::EngineCor").contains("is gone");
    seconds(30);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  @Tag("AC-020")
  @Tag("FR-033")
  @Tag("UT-009")
  void theFourthCrashInAMinuteIsTheLast() {
    load();
    world
        .machine()
        .behave(
            new Behaviour(
                Duration.ofSeconds(2),
                true,
                true,
                Duration.ofSeconds(4),
                true,
                false,
                false,
                true));
    stoker.orchestrator().start(A);
    seconds(120);

    assertThat(world.machine().launches()).isEqualTo(4);
    assertThat(status().state()).isEqualTo(ServiceState.FAILED);
    assertThat(status().lastFailure().code()).isEqualTo(ErrorCode.RESTART_LIMIT);
    seconds(3600);
    assertThat(world.machine().launches()).isEqualTo(4);
  }

  @Test
  @Tag("FR-033")
  void theBudgetHoldsAcrossStokersOwnRestartsAndTheClocksJumps() {
    world
        .machine()
        .behave(
            new Behaviour(
                Duration.ofSeconds(2),
                true,
                true,
                Duration.ofSeconds(4),
                true,
                false,
                false,
                true));
    load();
    stoker.orchestrator().start(A);
    for (int i = 0; i < 12; i++) {
      seconds(3);
      world.time().setClock(i % 2 == 0 ? Duration.ofHours(-7) : Duration.ofHours(9));
      killStokerAndBeginAgain();
    }
    assertThat(world.machine().launches()).isLessThanOrEqualTo(4);
    seconds(120);
    assertThat(status().state()).isEqualTo(ServiceState.FAILED);
    assertThat(world.machine().launches()).isLessThanOrEqualTo(4);
  }

  @Test
  void aSlowCrashLoopEndsAfterThreeLaunchesThatNeverBecameReadyAlsoWhenStokerIsKilled() {
    startAndServe();
    world.machine().behave(Behaviour.normal().dying(Duration.ofSeconds(15)));
    world.machine().last().end(new ExitStatus.Exited(1));
    for (int i = 0; i < 30; i++) {
      seconds(10);
      killStokerAndBeginAgain();
    }
    seconds(200);

    assertThat(world.machine().launches()).isEqualTo(1 + RestartPolicy.MAX_FAILED_LAUNCHES);
    assertThat(status().state()).isEqualTo(ServiceState.FAILED);
  }

  @Test
  @Tag("AC-016")
  @Tag("AC-017")
  @Tag("FR-020")
  void threeFailedChecksInARowRestartItAndAGoodOneBeginsAnew() {
    startAndServe();
    FakeServer server = world.machine().last();
    for (int i = 0; i < 3; i++) {
      server.setHealthy(false);
      seconds(125);
      server.setHealthy(true);
      seconds(65);
    }
    assertThat(world.machine().launches()).isEqualTo(1);
    server.setHealthy(false);
    seconds(190);
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  @Tag("FR-018")
  @Tag("FR-020")
  void aServerThatServesAnotherModelAllAtOnceIsRestarted() {
    startAndServe();
    world.machine().network().setWrongModel(true);
    seconds(125);
    assertThat(world.machine().launches()).isEqualTo(1);
    seconds(65);
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  @Tag("AC-016")
  @Tag("FR-020")
  void threeFailedChecksRestartButNotAcrossASleepOfTheMachine() {
    startAndServe();
    FakeServer server = world.machine().last();
    server.setHealthy(false);
    seconds(130);
    world.time().sleep(Duration.ofHours(8));
    seconds(70);
    assertThat(server.terms()).isZero();
    seconds(120);
    assertThat(server.terms()).isEqualTo(1);
  }

  @Test
  void aStartThatTheMachineSleptThroughIsNoStall() {
    load();
    world.machine().behave(Behaviour.normal().dead());
    stoker.orchestrator().start(A);
    seconds(10);
    world.time().sleep(Duration.ofHours(1));
    seconds(10);
    assertThat(status().state()).isEqualTo(ServiceState.STARTING);
    seconds(30);
    assertThat(status().lastFailure().code()).isEqualTo(ErrorCode.START_TIMED_OUT);
  }

  @Test
  void theClockSetForwardEndsNoStart() {
    load();
    stoker.orchestrator().start(A);
    seconds(10);
    world.time().setClock(Duration.ofDays(30));
    seconds(15);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("NFR-011")
  @Tag("AC-003")
  void theNextStartWaitsUntilTheDriverHasGivenItsMemoryBack() {
    world.provider().useGpus();
    startAndServe();
    world.gpus().canTell();
    FakeServer server = world.machine().last();
    long pid = status().pid();
    world.gpus().hold(new GpuHolder("GPU-0", pid, "", new ByteSize(1 << 30)));
    world.gpus().hold(new GpuHolder("GPU-0", 99_999, "", new ByteSize(1 << 30)));
    server.end(new ExitStatus.Exited(1));
    seconds(10);
    assertThat(world.machine().launches()).isEqualTo(1);
    world.gpus().giveBack(pid);
    seconds(3);
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  void whatCannotBeEndedIsNotStartedBeside() {
    world.machine().behave(Behaviour.normal().unkillable());
    startAndServe();
    stoker.orchestrator().stop(A);
    seconds(20);
    assertThat(status().lastFailure().code()).isEqualTo(ErrorCode.SURVIVORS);
    CompletableFuture<ServiceStatus> again = stoker.orchestrator().start(A);
    seconds(60);

    assertThat(again).isCompletedExceptionally();
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void aStateThatCouldNotBeWrittenIsWrittenWhenThereIsRoomAgain() {
    startAndServe();
    world.store().setFull(true);
    CompletableFuture<ServiceStatus> stopped = stoker.orchestrator().stop(A);
    seconds(3);
    assertThat(stopped).isCompletedExceptionally();
    world.store().setFull(false);
    seconds(10);
    killStokerAndBeginAgain("services.a.lifecycle.start", "eager");
    seconds(10);

    assertThat(status().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(history(Kind.TRANSITION))
        .extracting(HistoryEntry::to)
        .endsWith(ServiceState.RUNNING, ServiceState.STOPPING, ServiceState.STOPPED);
  }

  @Test
  void aReasonThatRetryingCannotCureIsNotRetried() {
    startAndServe();
    world.provider().explainAs(new FlagRejected("--x", Evidence.none()));
    world.machine().last().end(new ExitStatus.Exited(2));
    seconds(300);

    assertThat(world.machine().launches()).isEqualTo(1);
    assertThat(status().state()).isEqualTo(ServiceState.FAILED);
    assertThat(status().lastFailure()).isNotInstanceOf(Died.class);
  }
}
