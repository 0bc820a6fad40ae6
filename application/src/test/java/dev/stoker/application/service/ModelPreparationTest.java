package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceNotice.Loading;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ModelFailure.AccessDenied;
import dev.stoker.domain.failure.ModelFailure.Refusal;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeHub;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is made sure of a model before its server is launched. */
class ModelPreparationTest {
  private static final ServiceName NAME = new ServiceName("one");
  private static final ModelId ID = new ModelId("acme/model");

  private final FakeWorld world = new FakeWorld();
  private final FakeHub hub = world.hub();
  private final ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();
  private final List<ServiceNotice> notices = new ArrayList<>();

  @BeforeEach
  void emptyTheCache() {
    hub.forgetCache();
    orchestrator.listen(notices::add);
  }

  @AfterEach
  void nothingIsLeft() {
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    world.assertNothingLeft();
  }

  private ServiceStatus start(String... arguments) {
    orchestrator.define(
        new ServiceSpec(
            NAME,
            "vllm",
            new HubModel(ID),
            null,
            List.of(arguments),
            VllmLifecycleOptions.from(Map.of())));
    orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(40));
    return orchestrator.status(NAME);
  }

  private static Failure failureOf(ServiceStatus status) {
    assertThat(status.state()).isEqualTo(ServiceState.FAILED);
    return Objects.requireNonNull(status.lastFailure());
  }

  private boolean somethingWasLaunched() {
    return notices.stream()
        .filter(Loading.class::isInstance)
        .anyMatch(each -> ((Loading) each).phase() != LoadPhase.FETCH);
  }

  @Test
  @Tag("FR-044")
  void whatTheHubDoesNotHaveIsSaidBeforeAnythingIsLaunched() {
    assertThat(failureOf(start()).code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
    assertThat(somethingWasLaunched()).isFalse();
  }

  @Test
  @Tag("FR-045")
  void whatMayNotBeReadIsSaidBeforeAnythingIsLaunched() {
    hub.refuse(new AccessDenied(ID, Refusal.GATED, Evidence.none()));

    assertThat(failureOf(start()).code()).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
    assertThat(somethingWasLaunched()).isFalse();
  }

  @Test
  void whatIsMissingIsFetchedFirst() {
    hub.publish(ID);

    assertThat(start().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(notices)
        .filteredOn(Loading.class::isInstance)
        .extracting(each -> ((Loading) each).phase())
        .startsWith(LoadPhase.FETCH)
        .isSorted();
    assertThat(hub.list()).hasSize(1);
  }

  @Test
  void whatIsCompleteIsNotAskedFor() {
    hub.publish(ID);
    start();
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    hub.refuse(new NetworkFailed("no way there", Evidence.none()));

    assertThat(start().state()).isEqualTo(ServiceState.RUNNING);
    assertThat(hub.asked()).hasSize(1);
  }

  @Test
  @Tag("FR-024")
  @Tag("UT-010")
  @Tag("AC-013")
  void offlineWhatIsMissingIsListed() {
    hub.publish(ID);
    start();
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    hub.lose(ID, "model.safetensors");
    hub.setOffline(true);
    notices.clear();

    Failure failure = failureOf(start());
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_CACHED);
    assertThat(failure.what()).contains("weights");
    assertThat(somethingWasLaunched()).isFalse();
    assertThat(hub.asked()).as("nothing is asked").hasSize(1);
  }

  @Test
  void aHubThatCannotBeReachedIsSaidAtOnceToWhoStarts() {
    hub.publish(ID);
    hub.refuse(new NetworkFailed("no way there", Evidence.none()));
    assertThat(failureOf(start()).code()).isEqualTo(ErrorCode.NETWORK);

    hub.refuse(null);
    assertThat(start().state()).isEqualTo(ServiceState.RUNNING);
  }

  /** Such as with a tokenizer whose name we do not know, while the Hub is away. */
  @Test
  void whatIsHereInPartIsLeftToTheServerWhereTheHubIsAway() {
    hub.publish(ID);
    start();
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    hub.lose(ID, "tokenizer.json");
    hub.refuse(new NetworkFailed("no way there", Evidence.none()));

    assertThat(start().state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void whatTheServerTakesFromElsewhereIsLeftToIt() {
    hub.publish(ID);

    assertThat(start("--download-dir=/models").state()).isEqualTo(ServiceState.RUNNING);
    assertThat(hub.list()).isEmpty();
    assertThat(world.store().service(NAME).orElseThrow().commit()).as("not known").isEmpty();
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    hub.refuse(new NetworkFailed("no way there", Evidence.none()));
    assertThat(start("--download-dir=/models").state()).isEqualTo(ServiceState.RUNNING);
  }
}
