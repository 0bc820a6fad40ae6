package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceNotice.Loading;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.ControlFailure.SwitchFailed;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One model is switched for another, and comes back when the other fails. */
@Tag("FR-027")
@Tag("AC-011")
@Tag("IT-002")
class SwitchTest {
  private static final ServiceName NAME = new ServiceName("one");
  private static final HubModel OLD = new HubModel(new ModelId("acme/old"));
  private static final HubModel NEW = new HubModel(new ModelId("acme/new"));

  private final FakeWorld world = new FakeWorld();
  private final UseCases stoker = Application.wire(world);
  private final ServiceOrchestrator orchestrator = stoker.orchestrator();
  private final List<ServiceNotice> notices = new ArrayList<>();

  @BeforeEach
  void oneServes() {
    orchestrator.listen(notices::add);
    orchestrator.define(
        new ServiceSpec(NAME, "vllm", OLD, null, List.of(), VllmLifecycleOptions.from(Map.of())));
    orchestrator.start(NAME);
    seconds(40);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
  }

  @AfterEach
  void nothingIsLeft() {
    orchestrator.stop(NAME);
    seconds(60);
    world.assertNothingLeft();
  }

  private void seconds(int number) {
    world.advance(Duration.ofSeconds(number));
  }

  private ServiceStatus status() {
    return orchestrator.status(NAME);
  }

  private static Failure failureOf(CompletableFuture<ServiceStatus> future) {
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
      throw new AssertionError("it did not fail");
    } catch (CompletionException e) {
      return ((LifecycleException) e.getCause()).failure();
    }
  }

  @Test
  void theNewModelServesAndIsWhatIsWishedFromThenOn() {
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    seconds(40);
    assertThat(done.join().model()).isEqualTo("acme/new");
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(2);
    assertThat(world.store().wish(NAME))
        .hasValueSatisfying(wish -> assertThat(wish.model()).isEqualTo(NEW));
  }

  @Test
  void theSameModelIsServedAlready() {
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, OLD);
    seconds(1);
    assertThat(done.join().model()).isEqualTo("acme/old");
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void whatIsMissingIsFetchedWhileTheOldOneServes() {
    world.hub().forgetCache();
    world.hub().publish(NEW.id());
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    seconds(60);
    assertThat(done.join().model()).isEqualTo("acme/new");
    int fetched =
        first(each -> each instanceof Loading loading && loading.phase() == LoadPhase.FETCH);
    int stopped =
        first(
            each ->
                each instanceof ServiceNotice.Changed changed
                    && changed.to() == ServiceState.STOPPING);
    assertThat(fetched).isNotNegative().isLessThan(stopped);
  }

  private int first(Predicate<ServiceNotice> which) {
    for (int i = 0; i < notices.size(); i++) {
      if (which.test(notices.get(i))) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void whatTheHubDoesNotHaveTouchesNothing() {
    world.hub().forgetCache();
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    seconds(10);
    assertThat(failureOf(done).code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status().model()).isEqualTo("acme/old");
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void theOldOneComesBackWhenTheNewOneFailsAndBothAreSaid() {
    CompletableFuture<ServiceStatus> done = failingSwitch();
    world.provider().explainAs(null);
    seconds(60);
    SwitchFailed failure = (SwitchFailed) failureOf(done);
    assertThat(failure.what())
        .contains("'acme/new' could not be served")
        .contains("--bogus")
        .contains("'acme/old' serves again");
    assertThat(failure.code()).isEqualTo(ErrorCode.FLAG_REJECTED);
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(status().model()).isEqualTo("acme/old");
    assertThat(world.store().wish(NAME)).isEmpty();
  }

  /** {@return a switch whose new model has failed, and whose old one is being started} */
  private CompletableFuture<ServiceStatus> failingSwitch() {
    world.provider().explainAs(new FlagRejected("--bogus", Evidence.none()));
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    while (world.machine().launches() < 2) {
      seconds(1);
    }
    world.machine().last().end(new ExitStatus.Exited(2));
    while (world.machine().launches() < 3) {
      seconds(1);
    }
    assertThat(done).isNotDone();
    return done;
  }

  @Test
  void whenNeitherServesBothReasonsAreSaid() {
    CompletableFuture<ServiceStatus> done = failingSwitch();
    world.machine().last().end(new ExitStatus.Exited(2));
    seconds(60);
    assertThat(failureOf(done).what())
        .contains("'acme/new' could not be served")
        .contains("'acme/old' did not come back");
    assertThat(status().state()).isEqualTo(ServiceState.FAILED);
    assertThat(status().model()).isEqualTo("acme/old");
  }

  @Test
  void aStopInBetweenWinsAndTheOldOneIsMeant() {
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    while (world.machine().launches() < 2) {
      seconds(1);
    }
    orchestrator.stop(NAME);
    seconds(60);
    assertThat(failureOf(done)).isInstanceOf(Cancelled.class);
    assertThat(status().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(status().model()).isEqualTo("acme/old");
    assertThat(world.store().wish(NAME)).isEmpty();
  }

  @Test
  void aSecondSwitchInBetweenTakesTheFirstOnesPlace() {
    HubModel third = new HubModel(new ModelId("acme/third"));
    CompletableFuture<ServiceStatus> first = orchestrator.switchModel(NAME, NEW);
    while (world.machine().launches() < 2) {
      seconds(1);
    }
    CompletableFuture<ServiceStatus> second = orchestrator.switchModel(NAME, third);
    seconds(60);
    assertThat(failureOf(first)).isInstanceOf(Cancelled.class);
    assertThat(second.join().model()).isEqualTo("acme/third");
    assertThat(world.store().wish(NAME))
        .hasValueSatisfying(wish -> assertThat(wish.instead()).isEqualTo(OLD));
  }

  /** What is fetched for hours is not to begin anything after that. */
  @Test
  void aStopWhileTheNewOneIsPreparedWins() {
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    seconds(60);
    assertThat(stopped.join().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(failureOf(done)).isInstanceOf(Cancelled.class);
    assertThat(status().state()).isEqualTo(ServiceState.STOPPED);
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  void oneThatWasDownIsNotStartedWhenTheNewOneFails() {
    orchestrator.stop(NAME);
    seconds(30);
    world.provider().explainAs(new FlagRejected("--bogus", Evidence.none()));
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    while (world.machine().launches() < 2) {
      seconds(1);
    }
    world.machine().last().end(new ExitStatus.Exited(2));
    seconds(60);
    assertThat(failureOf(done).code()).isEqualTo(ErrorCode.FLAG_REJECTED);
    assertThat(status().state()).isEqualTo(ServiceState.FAILED);
    assertThat(status().model()).isEqualTo("acme/old");
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  void oneThatWasStoppedByHandIsStartedWithTheNewOne() {
    orchestrator.stop(NAME);
    seconds(30);
    CompletableFuture<ServiceStatus> done = orchestrator.switchModel(NAME, NEW);
    seconds(40);
    assertThat(done.join().model()).isEqualTo("acme/new");
  }

  @Test
  void anUnknownServiceIsSaid() {
    assertThat(failureOf(orchestrator.switchModel(new ServiceName("other"), NEW)).code())
        .isEqualTo(ErrorCode.UNKNOWN_SERVICE);
  }
}
