package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.FakeServer.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A file that changes while its services are up. */
class FleetReloadTest extends FleetFixture {
  @Test
  void aReloadTouchesWhatChangedAndNothingElse() {
    load(
        "services.a.model", "org/a",
        "services.b.model", "org/b",
        "services.a.lifecycle.start", "eager",
        "services.b.lifecycle.start", "eager");
    Long a = status(A).pid();
    Long b = status(B).pid();

    assertThat(
            reload(
                "services.a.model", "org/a",
                "services.b.model", "org/other",
                "services.a.lifecycle.start", "eager",
                "services.a.lifecycle.health_check_interval_seconds", "7",
                "services.b.lifecycle.start", "eager"))
        .containsExactly(Kind.CHANGED, Kind.RESTARTED);
    assertThat(status(A).pid()).isEqualTo(a);
    assertThat(status(B).pid()).isNotNull().isNotEqualTo(b);
    assertThat(status(B).model()).isEqualTo("org/other");
    assertThat(status(B).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void whatTheFileNamesNoMoreIsStoppedAndForgotten() {
    load("services.a.model", "org/a", "services.a.lifecycle.start", "eager");

    assertThat(reload("services.b.model", "org/b")).containsExactly(Kind.REMOVED, Kind.ADDED);
    assertThat(stoker.orchestrator().statuses()).extracting(ServiceStatus::name).containsExactly(B);
    world.assertNothingLeft();
  }

  @Test
  void aFileThatNamesNothingAnyMoreIsRefused() {
    load(EAGER_A);
    write();

    assertThatThrownBy(() -> stoker.reload().reload()).hasMessageContaining("names none any more");
    assertThat(status(A).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void portsMayBeSwapped() {
    load(
        "services.a.model",
        "org/a",
        "services.a.port",
        "9000",
        "services.b.model",
        "org/b",
        "services.b.port",
        "9001");

    assertThat(
            reload(
                "services.a.model",
                "org/a",
                "services.a.port",
                "9001",
                "services.b.model",
                "org/b",
                "services.b.port",
                "9000"))
        .containsExactly(Kind.CHANGED, Kind.CHANGED);
    assertThat(status(A).port()).isEqualTo(new Port(9001));
  }

  @Test
  void portsOfRunningServicesMayBeSwapped() {
    world.machine().behave(Behaviour.normal().deaf());
    load(
        "services.a.model",
        "org/a",
        "services.a.port",
        "9000",
        "services.a.lifecycle.start",
        "eager",
        "services.b.model",
        "org/b",
        "services.b.port",
        "9001",
        "services.b.lifecycle.start",
        "eager");
    world.machine().behave(Behaviour.normal());

    assertThat(
            reload(
                "services.a.model",
                "org/a",
                "services.a.port",
                "9001",
                "services.a.lifecycle.start",
                "eager",
                "services.b.model",
                "org/b",
                "services.b.port",
                "9000",
                "services.b.lifecycle.start",
                "eager"))
        .containsExactly(Kind.RESTARTED, Kind.RESTARTED);
    world.advance(Duration.ofSeconds(60));
    assertThat(status(A).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status(B).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status(A).port()).isEqualTo(new Port(9001));
  }

  @Test
  void aRenamedServiceKeepsItsPortAndWaitsForIt() {
    world.machine().behave(Behaviour.normal().deaf());
    load(
        "services.a.model",
        "org/a",
        "services.a.port",
        "9000",
        "services.a.lifecycle.start",
        "eager");
    world.machine().behave(Behaviour.normal());

    assertThat(
            reload(
                "services.b.model",
                "org/a",
                "services.b.port",
                "9000",
                "services.b.lifecycle.start",
                "eager"))
        .containsExactly(Kind.REMOVED, Kind.ADDED);
    assertThat(status(B).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(stoker.orchestrator().statuses()).hasSize(1);
  }

  @Test
  void whatIsBeingRemovedIsNotStartedAgain() {
    world.machine().behave(Behaviour.normal().deaf());
    load(EAGER_A);
    reloadFor(Duration.ofSeconds(1), "services.b.model", "org/b");
    CompletableFuture<ServiceStatus> started = stoker.orchestrator().start(A);
    world.advance(Duration.ofSeconds(60));

    assertThat(codeOf(started)).isEqualTo(ErrorCode.CANCELLED);
    assertThat(stoker.orchestrator().statuses()).extracting(ServiceStatus::name).containsExactly(B);
    world.assertNothingLeft();
  }

  @Test
  void whatIsWantedAgainWhileItIsBeingRemovedStaysAndStarts() {
    world.machine().behave(Behaviour.normal().deaf());
    load(EAGER_A);
    world.machine().behave(Behaviour.normal());
    reloadFor(Duration.ofSeconds(1), "services.b.model", "org/b");
    reloadFor(Duration.ofSeconds(90), EAGER_A);

    assertThat(status(A).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(wantOf(A)).isNotEqualTo(new Want.Down(true));
  }

  private void reloadInMode(String mode) {
    reloadFor(
        Duration.ofSeconds(70),
        "services.a.model",
        "org/a",
        "services.a.lifecycle.start",
        "eager",
        "services.a.lifecycle.mode",
        mode);
  }

  @Test
  @Tag("FR-003")
  void theModeChangesInEveryDirectionWithTheServerUntouched() {
    load(EAGER_A);
    Long pid = status(A).pid();
    for (String mode :
        List.of("Monitored", "managed", "EXTERNAL", "monitored", "external", "managed")) {
      reloadInMode(mode);
      assertThat(status(A).state()).as(mode).isEqualTo(ServiceState.RUNNING);
      assertThat(status(A).pid()).as(mode).isEqualTo(pid);
      CompletableFuture<ServiceStatus> healthy = stoker.orchestrator().ensureHealthy(A);
      world.advance(Duration.ofSeconds(1));
      assertThat(healthy).as(mode).isCompleted();
      assertThat(world.machine().launches()).isEqualTo(1);
      assertThat(world.machine().last().terms()).isZero();
    }
  }

  @Test
  @Tag("FR-003")
  void aServerThatIsNotOursIsWatchedAndNeverStoppedOrStartedAgain() {
    load(EAGER_A);
    reloadInMode("monitored");
    for (CompletableFuture<ServiceStatus> refused :
        List.of(
            stoker.orchestrator().stop(A),
            stoker.orchestrator().start(A),
            stoker.orchestrator().restart(A))) {
      world.advance(Duration.ofSeconds(1));
      assertThat(codeOf(refused)).isEqualTo(ErrorCode.NOT_PERMITTED);
    }
    world.machine().last().end(new ExitStatus.Exited(1));
    world.advance(Duration.ofMinutes(4));

    assertThat(status(A).state()).isEqualTo(ServiceState.FAILED);
    assertThat(world.machine().launches()).isEqualTo(1);
    reloadInMode("managed");
    assertThat(status(A).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  @Tag("FR-003")
  void nobodyLooksAtAServiceThatIsAssumedToBeThere() {
    load("services.a.model", "org/a", "services.a.lifecycle.mode", "external");
    world.advance(Duration.ofMinutes(10));
    assertThat(status(A).lastCheck()).isNull();

    CompletableFuture<ServiceStatus> asked = stoker.orchestrator().ensureHealthy(A);
    world.advance(Duration.ofSeconds(1));
    assertThat(codeOf(asked)).isEqualTo(ErrorCode.HEALTH_LOST);
    assertThat(status(A).lastCheck()).isNotNull();
    assertThat(world.machine().launches()).isZero();
  }

  @Test
  void aReloadDuringAStopByHandDoesNotStartItAgain() {
    world.machine().behave(Behaviour.normal().deaf());
    load(EAGER_A);
    CompletableFuture<ServiceStatus> stopped = stoker.orchestrator().stop(A);
    world.advance(Duration.ofSeconds(1));
    reloadFor(
        Duration.ofSeconds(60),
        "services.a.model",
        "org/other",
        "services.a.lifecycle.start",
        "eager");

    assertThat(stopped.join().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void aNeedOfAnotherModelChangesNothingOfWhatWasStoppedByHand() {
    load(EAGER_A);
    stoker.orchestrator().stop(A);
    CompletableFuture<ServiceStatus> needed =
        stoker.orchestrator().ensureHealthy(A, new HubModel(new ModelId("org/other")));
    world.advance(Duration.ofSeconds(30));

    assertThat(needed).isCompletedExceptionally();
    assertThat(status(A).model()).isEqualTo("org/a");
    assertThat(world.store().wish(A)).isEmpty();
  }

  @Test
  void upDoesNotChangeWhatTheFileSays() {
    load("services.a.model", "org/a");
    CompletableFuture<ServiceStatus> defined =
        stoker
            .orchestrator()
            .define(
                new ServiceSpec(
                    A,
                    "vllm",
                    new HubModel(new ModelId("org/other")),
                    null,
                    List.of(),
                    VllmLifecycleOptions.defaults(),
                    true));
    world.advance(Duration.ofSeconds(1));

    assertThat(codeOf(defined)).isEqualTo(ErrorCode.SERVICE_DIFFERS);
    assertThat(status(A).model()).isEqualTo("org/a");
  }
}
