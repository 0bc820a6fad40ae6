package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.Traffic.Ticket;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.FakeServer.Behaviour;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The services of a file, as a daemon keeps them. */
class FleetServiceTest extends FleetFixture {
  @Test
  void theProvidersSectionAloneDefinesOneService() {
    load("providers.vllm.model", "org/m", "providers.vllm.port", "8100");

    assertThat(stoker.orchestrator().statuses())
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.name()).isEqualTo(ServiceName.DEFAULT);
              assertThat(status.port()).isEqualTo(new Port(8100));
            });
  }

  @Test
  void lazyOnesWaitAndEagerOnesStart() {
    load(
        "services.a.model",
        "org/a",
        "services.b.model",
        "org/b",
        "services.b.lifecycle.start",
        "EAGER");

    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(status(B).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("FR-040")
  void servicesWithoutAPortTakeTheNextThatNobodyHas() {
    world.machine().network().occupy(new Port(8002), new PortHolder(1, "stranger"));
    load(
        "services.a.model", "org/a",
        "services.b.model", "org/b",
        "services.c.model", "org/c",
        "services.d.model", "org/d",
        "services.d.port", "8001");

    assertThat(stoker.orchestrator().statuses())
        .extracting(status -> status.port().number())
        .containsExactly(8000, 8003, 8004, 8001);
  }

  @Test
  void onePortForTwoIsRefusedNamingBoth() {
    assertThatThrownBy(
            () ->
                load(
                    "services.a.model", "org/a",
                    "services.a.port", "9000",
                    "services.b.model", "org/b",
                    "services.b.port", "9000"))
        .hasMessageContaining("services.b.port = 9000")
        .hasMessageContaining("'a'");
  }

  @Test
  void aServiceMayHaveNothingOfItsOwn() {
    load(
        "providers.vllm.model",
        "org/m",
        "providers.vllm.gpu",
        "",
        "services.a",
        "",
        "services.b",
        "");

    assertThat(stoker.orchestrator().statuses())
        .extracting(ServiceStatus::model, status -> status.port().number())
        .containsExactly(tuple("org/m", 8000), tuple("org/m", 8001));
  }

  @Test
  void aServiceWithoutAModelIsRefused() {
    assertThatThrownBy(() -> load("services.a.port", "9000", "services.b.model", "not a model"))
        .hasMessageContaining("services.a.model")
        .hasMessageContaining("not a model");
  }

  @Test
  void theEndWaitsForWhatIsBeingRestartedAndStartsNothingMore() {
    world.machine().behave(Behaviour.normal().deaf());
    load(
        "services.a.model",
        "org/a",
        "services.a.lifecycle.start",
        "eager",
        "services.a.lifecycle.stop_on_exit",
        "true");
    var _ = stoker.orchestrator().restart(A);
    world.advance(Duration.ofSeconds(1));
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(() -> stoker.configuredServices().end(_ -> {}));
    while (!end.isDone()) {
      world.advance(Duration.ofMillis(100));
      Thread.onSpinWait();
    }

    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(wantOf(A)).isNotEqualTo(new Want.Down(true));
    world.assertNothingLeft();
    assertThatThrownBy(() -> stoker.reload().reload()).hasMessageContaining("VLM-025");
  }

  @Test
  void hurryKillsWhatTheEndWaitsForAndIsNobodysWishForLater() {
    world.machine().behave(Behaviour.normal().deaf());
    load(
        "services.a.model",
        "org/a",
        "services.a.lifecycle.start",
        "eager",
        "services.a.lifecycle.stop_on_exit",
        "true",
        "services.a.lifecycle.stop_timeout_seconds",
        "1h");
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(() -> stoker.configuredServices().end(_ -> {}));
    while (status(A).state() != ServiceState.STOPPING) {
      world.advance(Duration.ofMillis(100));
      Thread.onSpinWait();
    }
    stoker.configuredServices().hurry();
    world.advance(Duration.ofSeconds(5));

    end.join();
    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(wantOf(A)).isNotEqualTo(new Want.Down(true));
    world.assertNothingLeft();
  }

  @Test
  void whatStaysUpMayAnswerWhatItWasAskedBeforeTheEnd() {
    load("services.a.model", "org/a", "services.a.lifecycle.start", "eager");
    world.advance(Duration.ofSeconds(60));
    AtomicInteger cuts = new AtomicInteger();
    Ticket first = stoker.traffic().begin(A, cuts::incrementAndGet);
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(() -> stoker.configuredServices().end(_ -> {}));
    first.end();
    end.join();
    assertThat(cuts).hasValue(0);

    stoker.traffic().begin(A, cuts::incrementAndGet);
    end = CompletableFuture.runAsync(() -> stoker.configuredServices().end(_ -> {}));
    while (!end.isDone()) {
      world.advance(Duration.ofMillis(100));
      Thread.onSpinWait();
    }

    assertThat(cuts).hasValue(1);
    assertThat(status(A).state()).isEqualTo(ServiceState.RUNNING);
    stoker.orchestrator().stop(A);
    stoker.orchestrator().stop(A);
    world.advance(Duration.ofSeconds(60));
  }

  @Test
  void stoppedByHandAndFailedStayDownForTheNextStokerToo() {
    String[] file = {
      "services.a.model", "org/a", "services.a.lifecycle.start", "eager",
      "services.b.model", "org/b", "services.b.lifecycle.start", "eager"
    };
    load(file);
    var _ = stoker.orchestrator().stop(A);
    world.advance(Duration.ofSeconds(30));
    world.machine().behave(Behaviour.normal().dying(Duration.ofSeconds(1)));
    var _ = stoker.orchestrator().restart(B);
    world.advance(Duration.ofMinutes(5));
    assertThat(status(B).state()).isEqualTo(ServiceState.FAILED);
    String why = status(B).lastFailure().what();

    stoker = Application.wire(world);
    world.machine().behave(Behaviour.normal());
    load(file);
    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(status(B).state()).isEqualTo(ServiceState.FAILED);
    assertThat(status(B).lastFailure().what()).isEqualTo(why);

    var _ = stoker.orchestrator().start(A);
    var _ = stoker.orchestrator().start(B);
    world.advance(Duration.ofSeconds(30));
    assertThat(status(A).state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status(B).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void devicesOfARunningServiceAreRefusedNamingIt() {
    load(
        "services.a.model",
        "org/a",
        "services.a.gpu.devices",
        "0,1",
        "services.b.model",
        "org/b",
        "services.b.gpu.devices",
        "1");
    var _ = stoker.orchestrator().start(A);
    world.advance(Duration.ofSeconds(25));
    CompletableFuture<ServiceStatus> refused = stoker.orchestrator().start(B);
    world.advance(Duration.ofSeconds(1));

    assertThat(codeOf(refused)).isEqualTo(ErrorCode.NOT_ENOUGH_MEMORY);
    assertThat(status(B).lastFailure().what()).contains("device 1", "'a'");
  }

  @Test
  void aStartWaitsForTheProofThatTheLastHolderOfItsDevicesIsGone() {
    load(
        "services.a.model",
        "org/a",
        "services.a.gpu.devices",
        "0",
        "services.b.model",
        "org/b",
        "services.b.gpu.devices",
        "0");
    world.machine().behave(Behaviour.normal().deaf());
    var _ = stoker.orchestrator().start(A);
    world.advance(Duration.ofSeconds(25));
    world.machine().behave(Behaviour.normal());
    var _ = stoker.orchestrator().stop(A);
    CompletableFuture<ServiceStatus> started = stoker.orchestrator().start(B);
    world.advance(Duration.ofSeconds(5));
    assertThat(world.machine().launches()).isEqualTo(1);
    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPING);
    assertThat(status(B).state()).isEqualTo(ServiceState.STARTING);

    world.advance(Duration.ofSeconds(40));
    assertThat(status(A).state()).isEqualTo(ServiceState.STOPPED);
    assertThat(started.join().state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void aStartThatWaitsForDevicesIsStoppedAtOnce() {
    load(
        "services.a.model",
        "org/a",
        "services.a.gpu.devices",
        "0",
        "services.b.model",
        "org/b",
        "services.b.gpu.devices",
        "0");
    world.machine().behave(Behaviour.normal().deaf());
    var _ = stoker.orchestrator().start(A);
    world.advance(Duration.ofSeconds(25));
    var _ = stoker.orchestrator().stop(A);
    CompletableFuture<ServiceStatus> started = stoker.orchestrator().start(B);
    world.advance(Duration.ofSeconds(1));
    CompletableFuture<ServiceStatus> stopped = stoker.orchestrator().stop(B);
    world.advance(Duration.ofSeconds(1));

    assertThat(stopped.join().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(started).isCompletedExceptionally();
    world.advance(Duration.ofSeconds(60));
    assertThat(world.machine().launches()).isEqualTo(1);
    world.assertNothingLeft();
  }

  @Test
  void theEndNamesWhatItWaitsForAndLeavesWhatIsToStay() {
    load(
        "services.a.model",
        "org/a",
        "services.a.lifecycle.start",
        "eager",
        "services.b.model",
        "org/b",
        "services.b.lifecycle.start",
        "eager",
        "services.b.lifecycle.stop_on_exit",
        "true");
    List<String> said = new ArrayList<>();
    CompletableFuture<Void> end =
        CompletableFuture.runAsync(() -> stoker.configuredServices().end(said::add));
    while (!end.isDone()) {
      world.advance(Duration.ofMillis(100));
      Thread.onSpinWait();
    }

    assertThat(said)
        .satisfiesExactlyInAnyOrder(
            line ->
                assertThat(line).startsWith("leaving 'a' running (pid ").contains("stop_on_exit"),
            line -> assertThat(line).startsWith("waiting until 'b' has stopped (pid "),
            line -> assertThat(line).contains("'b' has stopped"));
    assertThat(world.machine().living()).isEqualTo(1);
    assertThat(wantOf(B)).isNotEqualTo(new Want.Down(true));
  }

  @Test
  void withoutADaemonTheStateOnDiskIsReadBesideWhatLives() {
    load("services.a.model", "org/a", "services.a.lifecycle.start", "eager");
    UseCases beside = Application.wire(world);

    assertThat(beside.recordedServices().statuses())
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.state()).isEqualTo(ServiceState.UNKNOWN);
              assertThat(status.pid()).isEqualTo(status(A).pid());
              assertThat(status.model()).isEqualTo("org/a");
            });
    var _ = stoker.orchestrator().stop(A);
    world.advance(Duration.ofSeconds(30));
    assertThat(beside.recordedServices().statuses().getFirst().state())
        .isEqualTo(ServiceState.STOPPED);
    assertThat(beside.recordedServices().history(A, Instant.EPOCH, 1).getFirst().to())
        .isEqualTo(ServiceState.STOPPED);
  }
}
