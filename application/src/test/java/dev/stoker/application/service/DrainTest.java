package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceNotice.Remarked;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.in.Traffic.Ticket;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests under way finish before a planned end; a service that nobody asks is stopped. */
class DrainTest {
  private static final ServiceName NAME = new ServiceName("one");
  private static final HubModel MODEL = new HubModel(new ModelId("acme/model"));

  private final FakeWorld world = new FakeWorld();
  private final UseCases stoker = Application.wire(world);
  private final ServiceOrchestrator orchestrator = stoker.orchestrator();
  private final List<ServiceNotice> notices = new ArrayList<>();
  private final AtomicInteger cuts = new AtomicInteger();

  private void serve(Map<String, String> options) {
    orchestrator.listen(notices::add);
    orchestrator.define(
        new ServiceSpec(NAME, "vllm", MODEL, null, List.of(), VllmLifecycleOptions.from(options)));
    orchestrator.start(NAME);
    seconds(40);
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
  }

  @AfterEach
  void nothingIsLeft() {
    orchestrator.stop(NAME);
    seconds(60);
    orchestrator.stop(NAME);
    seconds(60);
    world.assertNothingLeft();
  }

  private void seconds(int number) {
    world.advance(Duration.ofSeconds(number));
  }

  private ServiceState state() {
    return orchestrator.status(NAME).state();
  }

  private Ticket request() {
    return stoker.traffic().begin(NAME, cuts::incrementAndGet);
  }

  @Test
  void aStopWaitsForWhatIsUnderWayAndForNothingElse() {
    serve(Map.of());
    Ticket first = request();
    Ticket second = request();

    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    seconds(5);
    assertThat(state()).isEqualTo(ServiceState.STOPPING);
    assertThat(world.machine().living()).isPositive();
    assertThat(notices)
        .filteredOn(Remarked.class::isInstance)
        .extracting(ServiceNotice::toString)
        .anyMatch(text -> text.contains("2 requests are under way; up to 30 s"));
    first.end();
    first.end();
    seconds(5);
    assertThat(stopped).isNotDone();
    second.end();
    seconds(2);

    assertThat(stopped).isCompleted();
    assertThat(cuts).hasValue(0);
  }

  @Test
  void aForgottenRequestIsCutWhenTheTimeIsOver() {
    serve(Map.of("lifecycle.drain_timeout_seconds", "7"));
    Ticket forgotten = request();

    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    seconds(6);
    assertThat(cuts).hasValue(0);
    seconds(3);

    assertThat(cuts).hasValue(1);
    assertThat(stopped).isCompleted();
    forgotten.end();
  }

  @Test
  void withoutTimeToFinishItIsCutAtOnce() {
    serve(Map.of("lifecycle.drain_timeout_seconds", "off"));
    Ticket cut = request();

    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    seconds(2);

    assertThat(cuts).hasValue(1);
    assertThat(stopped).isCompleted();
    cut.end();
  }

  @Test
  void aSecondStopWaitsForNothing() {
    serve(Map.of());
    request();
    orchestrator.stop(NAME);
    seconds(1);

    CompletableFuture<ServiceStatus> stopped = orchestrator.stop(NAME);
    seconds(2);

    assertThat(cuts).hasValue(1);
    assertThat(stopped).isCompleted();
  }

  @Test
  void aRestartWaitsForItTooAndStartsAgain() {
    serve(Map.of());
    Ticket under = request();

    CompletableFuture<ServiceStatus> restarted = orchestrator.restart(NAME);
    seconds(5);
    assertThat(world.machine().launches()).isEqualTo(1);
    under.end();
    seconds(40);

    assertThat(restarted).isCompleted();
    assertThat(world.machine().launches()).isEqualTo(2);
    assertThat(cuts).hasValue(0);
  }

  @Test
  @Tag("FR-015")
  void nobodyAsksItForSoLongIsStoppedAndTheNextNeedStartsIt() {
    serve(Map.of("lifecycle.idle_timeout_seconds", "5m"));
    Ticket request = request();
    seconds(600);
    assertThat(state()).as("a request is under way").isEqualTo(ServiceState.RUNNING);
    request.end();
    seconds(200);
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
    seconds(200);
    assertThat(state()).isEqualTo(ServiceState.STOPPED);
    world.assertNothingLeft();

    CompletableFuture<ServiceStatus> needed = orchestrator.ensureHealthy(NAME);
    seconds(40);

    assertThat(needed.join().state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void oneThatIsKeptAliveIsKeptForNobody() {
    serve(Map.of("lifecycle.idle_timeout_seconds", "1m", "lifecycle.keep_alive", "true"));
    seconds(1000);
    assertThat(state()).isEqualTo(ServiceState.RUNNING);
  }
}
