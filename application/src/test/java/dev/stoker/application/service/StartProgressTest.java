package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceNotice.Loading;
import dev.stoker.application.ServiceNotice.Remarked;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.out.StateStore.StartRecord;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeServer.Behaviour;
import dev.stoker.testing.FakeWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How far a start is said to be, in a world on virtual time. */
class StartProgressTest {
  private static final ServiceName NAME = new ServiceName("demo");

  private final FakeWorld world = new FakeWorld();
  private final ServiceOrchestrator orchestrator = Application.wire(world).orchestrator();
  private final List<ServiceNotice> notices = new ArrayList<>();

  private List<Loading> start() {
    notices.clear();
    orchestrator.define(
        new ServiceSpec(
            NAME,
            "vllm",
            new DemoModel(Path.of("/data/demo")),
            null,
            List.of(),
            VllmLifecycleOptions.from(Map.of())));
    try (var _ = orchestrator.listen(notices::add)) {
      orchestrator.start(NAME);
      world.advance(Duration.ofSeconds(60));
    }
    assertThat(orchestrator.status(NAME).state()).isEqualTo(ServiceState.RUNNING);
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    world.assertNothingLeft();
    return notices.stream().filter(Loading.class::isInstance).map(Loading.class::cast).toList();
  }

  @Test
  @Tag("NFR-016")
  void theFirstStartIsToldAboutOnceASecondWithoutATimeLeft() {
    List<Loading> told = start();

    assertThat(told).hasSizeGreaterThan(15);
    assertThat(told).extracting(each -> each.progress().remaining()).containsOnlyNulls();
    assertThat(told).extracting(each -> each.progress().percent()).isSorted();
  }

  @Test
  void theSecondStartKnowsHowLongItWillTake() {
    List<Loading> first = start();
    Duration whole = first.getLast().elapsed();
    List<Loading> second = start();

    assertThat(second)
        .filteredOn(each -> each.elapsed().compareTo(Duration.ofSeconds(2)) > 0)
        .allSatisfy(
            each ->
                assertThat(each.elapsed().plus(each.progress().remaining()))
                    .isCloseTo(whole, Duration.ofSeconds(2)));
    assertThat(second).extracting(each -> each.progress().percent()).isSorted();
    assertThat(second.getLast().progress().percent()).isGreaterThan(80);
    assertThat(notices).noneMatch(Remarked.class::isInstance);
  }

  @Test
  void aStartThatIsSlowerThanUsualIsSaidToBe() {
    start();
    world.machine().behave(Behaviour.normal().loading(Duration.ofSeconds(50)));
    List<Loading> slow = start();

    assertThat(notices)
        .filteredOn(Remarked.class::isInstance)
        .extracting(each -> ((Remarked) each).text())
        .singleElement()
        .asString()
        .contains("longer than usual");
    assertThat(slow)
        .filteredOn(each -> each.elapsed().compareTo(Duration.ofSeconds(48)) > 0)
        .filteredOn(each -> each.phase() == LoadPhase.WEIGHTS)
        .isNotEmpty()
        .extracting(each -> each.progress().remaining())
        .containsOnlyNulls();
  }

  @Test
  void thePhasesOfAStartAreKept() {
    start();

    assertThat(world.stateStore().starts(NAME, 9))
        .singleElement()
        .extracting(StartRecord::phases)
        .satisfies(
            phases -> {
              assertThat(phases.took()).containsKeys(LoadPhase.CONFIGURATION, LoadPhase.WEIGHTS);
              Duration sum = phases.took().values().stream().reduce(Duration.ZERO, Duration::plus);
              assertThat(sum).isEqualTo(world.stateStore().starts(NAME, 9).getFirst().took());
            });
  }

  @Test
  void theStatusShowsHowFarItIs() {
    start();
    orchestrator.start(NAME);
    world.advance(Duration.ofSeconds(12));
    ModelLoadProgress progress = orchestrator.status(NAME).progress();

    assertThat(progress).isNotNull();
    assertThat(progress.percent()).isBetween(30, 90);
    assertThat(progress.remaining()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));
    orchestrator.stop(NAME);
    world.advance(Duration.ofSeconds(60));
    assertThat(orchestrator.status(NAME).progress()).isNull();
  }
}
