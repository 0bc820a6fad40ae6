package dev.stoker.domain.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.restart.RestartPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every state and every event: none may be without an answer, and some answers hold everywhere. */
class MachineTableTest {
  private static final Path PAGE = Path.of("..", "docs", "transitions.md");

  @Test
  void thePageShowsWhatTheMachineDoes() throws IOException {
    String page = TransitionPage.render();
    if (Boolean.getBoolean("transitions.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static void eachCell(BiConsumer<MachineState, ServiceEvent> check) {
    Cells.states()
        .values()
        .forEach(state -> Cells.events(1).values().forEach(event -> check.accept(state, event)));
  }

  private static Transition step(MachineState state, ServiceEvent event, LifecycleMode mode) {
    return ServiceMachine.step(state, event, Cells.policy(mode), Cells.NOW);
  }

  @Test
  void answersEveryEventInEveryState() {
    for (LifecycleMode mode : LifecycleMode.values()) {
      eachCell(
          (state, event) ->
              assertThatCode(() -> assertThat(step(state, event, mode).reason()).isNotBlank())
                  .as("%s in %s", event, state)
                  .doesNotThrowAnyException());
    }
  }

  @Test
  void isPure() {
    eachCell(
        (state, event) ->
            assertThat(step(state, event, LifecycleMode.MANAGED))
                .isEqualTo(step(state, event, LifecycleMode.MANAGED)));
  }

  @Test
  void eventsOfAnotherLaunchChangeNothing() {
    for (MachineState state : Cells.states().values()) {
      for (ServiceEvent event : Cells.events(7).values()) {
        if (event instanceof ServiceEvent.OfLaunch) {
          Transition step = step(state, event, LifecycleMode.MANAGED);
          assertThat(step.next()).isEqualTo(state);
          assertThat(step.effects()).isEmpty();
        }
      }
    }
  }

  @Test
  @Tag("FR-003")
  void inOtherModesNothingIsLaunchedOrSignalledAnew() {
    for (LifecycleMode mode : List.of(LifecycleMode.MONITORED, LifecycleMode.EXTERNAL)) {
      eachCell(
          (state, event) -> {
            boolean ending =
                state instanceof MachineState.Stopping || state instanceof MachineState.Sweeping;
            assertThat(step(state, event, mode).effects())
                .as("%s in %s", event, state)
                .noneMatch(effect -> effect instanceof Effect.LaunchProcess)
                .noneMatch(effect -> !ending && signals(effect));
          });
    }
  }

  private static boolean signals(Effect effect) {
    return effect instanceof Effect.Terminate || effect instanceof Effect.Sweep;
  }

  @Test
  @Tag("FR-003")
  void aChangeOfModeLeavesTheServerUntouched() {
    MachineState running = Cells.states().get("Running");
    ServiceEvent changed = new ServiceEvent.Reconfigured();
    for (LifecycleMode away : List.of(LifecycleMode.MONITORED, LifecycleMode.EXTERNAL)) {
      Transition let = step(running, changed, away);
      assertThat(let.next().serviceState()).isEqualTo(ServiceState.RUNNING);
      assertThat(let.effects()).noneMatch(MachineTableTest::signals);
      Transition back = step(let.next(), changed, LifecycleMode.MANAGED);
      Transition found =
          step(back.next(), new ServiceEvent.Found(1, Cells.PROCESS, true), LifecycleMode.MANAGED);
      assertThat(back.effects()).noneMatch(MachineTableTest::signals);
      assertThat(found.next()).isInstanceOf(MachineState.Starting.class);
      assertThat(found.effects()).noneMatch(MachineTableTest::signals);
    }
  }

  @Test
  @Tag("AC-016")
  @Tag("AC-017")
  void threeFailedChecksInARowRestartAndAGoodOneOrASleepBeginsAnew() {
    MachineState twice = Cells.states().get("Running, 2 checks failed");
    ServiceEvent bad = Cells.events(1).get("check: refused");

    assertThat(step(twice, bad, LifecycleMode.MANAGED).next())
        .isInstanceOfSatisfying(
            MachineState.Stopping.class,
            stopping -> assertThat(stopping.next()).isInstanceOf(AfterEnd.Recover.class));
    for (String good : List.of("check: healthy", "resumed")) {
      Transition anew = step(twice, Cells.events(1).get(good), LifecycleMode.MANAGED);
      assertThat(((MachineState.Running) anew.next()).failedChecks()).isZero();
    }
    assertThat(
            step(twice, Cells.events(1).get("check: broken probe"), LifecycleMode.MANAGED).next())
        .isEqualTo(twice);
  }

  @Test
  @Tag("FR-035")
  @Tag("UT-009")
  void aStartByHandClearsTheBudgetAndOnlyThat() {
    RestartHistory spent =
        RestartHistory.empty().restarted(Cells.NOW.uptime(), RestartPolicy.WINDOW);
    MachineState failed = new MachineState.Failed(new Memory(3, spent), Cells.CURABLE);

    Transition byHand = step(failed, new ServiceCommand.Start(), LifecycleMode.MANAGED);
    assertThat(byHand.next().memory().restarts()).isEqualTo(RestartHistory.byHand().launched());
    MachineState stopped = new MachineState.Stopped(new Memory(3, spent), false);
    Transition needed = step(stopped, new ServiceCommand.EnsureHealthy(), LifecycleMode.MANAGED);
    assertThat(needed.next().memory().restarts().restarts()).hasSize(1);
  }
}
