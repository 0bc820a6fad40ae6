package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeServer;
import dev.stoker.testing.FakeServer.Behaviour;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the next Stoker does with what a killed one left. */
class TakingOverTest extends RecoveryFixture {
  @Test
  @Tag("NFR-011")
  void aKilledStokerFindsItsServerAgain() {
    startAndServe();
    Long pid = status().pid();
    Instant since = status().upSince();
    killStokerAndBeginAgain("services.a.lifecycle.start", "eager");
    assertThat(status().state()).isEqualTo(ServiceState.UNKNOWN);
    seconds(1);

    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status().pid()).isEqualTo(pid);
    assertThat(status().upSince()).isEqualTo(since);
    assertThat(world.machine().launches()).isEqualTo(1);
    assertThat(world.store().starts(A, 9)).hasSize(1);
    assertThat(history(Kind.FOUND)).hasSize(1);
    assertThat(stoker.history().incidents(A, 9)).isEmpty();
  }

  @Test
  void aServerThatLoadsIsTakenOverToo() {
    load();
    stoker.orchestrator().start(A);
    seconds(10);
    killStokerAndBeginAgain();
    seconds(30);

    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void afterThatItsEndIsSeenWithinASecondAndItsHealthIsChecked() {
    startAndServe();
    killStokerAndBeginAgain();
    seconds(1);
    world.machine().last().setHealthy(false);
    seconds(190);
    assertThat(world.machine().launches()).isEqualTo(2);
    seconds(30);
    world.machine().last().end(new ExitStatus.Exited(0));
    seconds(1);
    assertThat(status().state()).isEqualTo(ServiceState.CRASHED);
  }

  @Test
  void whatDiedWhileNobodyWatchedComesBack() {
    startAndServe();
    world.machine().behave(Behaviour.normal());
    FakeServer first = world.machine().last();
    stoker = world.begin();
    first.end(new ExitStatus.Exited(1));
    seconds(100);
    load();
    seconds(30);

    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(2);
    assertThat(stoker.history().incidents(A, 9).getFirst().doing()).contains("not watched");
  }

  @Test
  void aTreeWithoutItsHeadIsEndedBeforeAnythingFollows() {
    world.machine().behave(Behaviour.normal().orphaning());
    startAndServe();
    FakeServer first = world.machine().last();
    stoker = world.begin();
    first.end(new ExitStatus.Signalled(9));
    assertThat(first.isPresent()).isTrue();
    load();
    seconds(30);

    assertThat(first.isPresent()).isFalse();
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("NFR-011")
  void aStopThatWasAcceptedIsBroughtToItsEndByTheNextStoker() {
    world.machine().behave(Behaviour.normal().deaf());
    startAndServe();
    stoker.orchestrator().stop(A);
    seconds(1);
    killStokerAndBeginAgain("services.a.lifecycle.start", "eager");
    seconds(60);

    assertThat(status().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(world.machine().launches()).isEqualTo(1);
    world.assertNothingLeft();
  }

  @Test
  void otherSettingsMeanARestart() {
    startAndServe();
    killStokerAndBeginAgain("services.a.port", "9100");
    seconds(60);

    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status().port().number()).isEqualTo(9100);
    assertThat(world.machine().launches()).isEqualTo(2);
    assertThat(world.machine().living()).isEqualTo(1);
  }

  @Test
  void whatNoFileNamesIsTakenOverAndMayBeStopped() {
    startAndServe();
    stoker = world.begin();
    world.written().clear();
    world.written().write("services.b.model", "org/b");
    List<String> notes = stoker.configuredServices().load(null).notes();
    seconds(1);

    assertThat(notes).anyMatch(note -> note.contains("'a'"));
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(stoker.orchestrator().status(new ServiceName("b")).port())
        .isNotEqualTo(status().port());
    CompletableFuture<ServiceStatus> stopped = stoker.orchestrator().stop(A);
    seconds(5);
    assertThat(stopped).isCompleted();
    world.assertNothingLeft();
  }

  @Test
  void whatNobodyKnowsHowItWasLaunchedIsSaid() {
    startAndServe();
    world.store().forgetServices();
    stoker = world.begin();
    world.written().clear();
    world.written().write("services.b.model", "org/b");
    List<String> notes = stoker.configuredServices().load(null).notes();
    seconds(60);

    assertThat(notes).anyMatch(note -> note.contains("'a'") && note.contains("stoker sweep"));
    assertThat(world.machine().living()).isEqualTo(1);
    assertThat(stoker.orchestrator().status(new ServiceName("b")).port().number()).isEqualTo(8001);
  }

  @Test
  @Tag("FR-005")
  void aWishForAnotherModelOutlivesStokerUntilTheFileChanges() {
    startAndServe();
    stoker.orchestrator().ensureHealthy(A, new HubModel(new ModelId("org/wished")));
    seconds(30);
    killStokerAndBeginAgain();
    seconds(5);
    assertThat(status().model()).isEqualTo("org/wished");
    assertThat(world.machine().launches()).isEqualTo(2);

    killStokerAndBeginAgain("services.a.model", "org/new");
    seconds(30);
    assertThat(status().model()).isEqualTo("org/new");
  }

  @Test
  void aServerWhoseWishWasNotWrittenDownIsKept() {
    startAndServe();
    world.store().forget(A);
    killStokerAndBeginAgain();
    seconds(5);

    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  @Tag("FR-003")
  void aServerThatWasHandedOverAndBackOutlivesAKilledStoker() {
    startAndServe();
    killStokerAndBeginAgain("services.a.lifecycle.mode", "monitored");
    seconds(5);
    killStokerAndBeginAgain("services.a.lifecycle.mode", "managed");
    killStokerAndBeginAgain("services.a.lifecycle.mode", "managed");
    seconds(5);

    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(1);
    assertThat(world.machine().last().terms()).isZero();
  }

  @Test
  void aLeaseOfWhatLivesNoMoreKeepsNobodyFromItsPort() {
    startAndServe("services.a.port", "8000");
    FakeServer first = world.machine().last();
    stoker = world.begin();
    first.end(new ExitStatus.Exited(1));
    world.written().clear();
    world.written().write("services.b.model", "org/b");
    world.written().write("services.b.port", "8000");
    world.written().write("services.b.lifecycle.start", "eager");
    stoker.configuredServices().load(null);
    seconds(30);

    assertThat(stoker.orchestrator().status(new ServiceName("b")).state())
        .isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void whoWantsTheDevicesOfWhatIsBeingLookedAtWaitsForTheLook() {
    world.provider().useGpus();
    startAndServe();
    FakeServer first = world.machine().last();
    stoker = world.begin();
    first.end(new ExitStatus.Exited(1));
    world.written().clear();
    world.written().write("services.b.model", "org/b");
    world.written().write("services.b.lifecycle.start", "eager");
    stoker.configuredServices().load(null);
    seconds(60);

    assertThat(stoker.orchestrator().status(new ServiceName("b")).state())
        .isEqualTo(ServiceState.RUNNING);
  }
}
