package dev.stoker.domain.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.model.LoadPhase;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.Effect.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every state and every event: none may be without an answer, and some answers hold everywhere. */
class MachineTableTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ProcessIdentity PROCESS = new ProcessIdentity(100, 5, "boot");
  private static final Internal WHY = new Internal("test");
  private static final int DEPTH = 12;

  private static LifecyclePolicy policy(LifecycleMode mode) {
    return new LifecyclePolicy(
        mode,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        new RestartPolicy(3, Duration.ofSeconds(2)));
  }

  private static List<MachineState> states() {
    Memory memory = new Memory(1, RestartHistory.empty());
    return List.of(
        new MachineState.Stopped(memory, false),
        new MachineState.Stopped(memory, true),
        new MachineState.Launching(memory, NOW),
        new MachineState.Starting(memory, PROCESS, LoadPhase.IMPORT, NOW),
        new MachineState.Running(memory, PROCESS, NOW, 2),
        new MachineState.Stopping(memory, null, true, new AfterEnd.StayDown(true), NOW),
        new MachineState.Stopping(memory, PROCESS, false, new AfterEnd.Recover(WHY), NOW),
        new MachineState.Sweeping(memory, new AfterEnd.Recover(WHY), true, NOW),
        new MachineState.Sweeping(memory, new AfterEnd.StartAgain(), false, NOW),
        new MachineState.WaitingToRestart(memory, WHY, NOW),
        new MachineState.Failed(memory, WHY),
        new MachineState.Observed(memory, new HealthCheckResult.Refused(), NOW, 1),
        new MachineState.Unknown(memory, "test"));
  }

  private static List<ServiceEvent> events(long epoch) {
    return List.of(
        new ServiceCommand.Start(),
        new ServiceCommand.EnsureHealthy(),
        new ServiceCommand.Stop(true, false),
        new ServiceCommand.Stop(false, false),
        new ServiceCommand.Stop(false, true),
        new ServiceCommand.Restart(),
        new ServiceEvent.Launched(epoch, PROCESS),
        new ServiceEvent.NotLaunched(epoch, WHY),
        new ServiceEvent.PhaseReached(epoch, LoadPhase.WEIGHTS),
        new ServiceEvent.BecameReady(epoch),
        new ServiceEvent.StartGivenUp(epoch, WHY),
        new ServiceEvent.ProcessExited(epoch, new ExitStatus.Exited(0), WHY),
        new ServiceEvent.Checked(epoch, new HealthCheckResult.Healthy(Duration.ZERO)),
        new ServiceEvent.Checked(epoch, new HealthCheckResult.Refused()),
        new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.SECOND_TERM),
        new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.STOP_GRACE),
        new ServiceEvent.TimerFired(epoch, ServiceEvent.Timer.RESTART),
        new ServiceEvent.Swept(epoch, List.of()));
  }

  @Test
  void answersEveryEventInEveryState() {
    for (LifecycleMode mode : LifecycleMode.values()) {
      for (MachineState state : states()) {
        for (ServiceEvent event : events(1)) {
          assertThatCode(
                  () ->
                      assertThat(ServiceMachine.step(state, event, policy(mode), NOW).reason())
                          .isNotBlank())
              .as("%s in %s", event, state)
              .doesNotThrowAnyException();
        }
      }
    }
  }

  @Test
  void isPure() {
    for (MachineState state : states()) {
      for (ServiceEvent event : events(1)) {
        assertThat(ServiceMachine.step(state, event, policy(LifecycleMode.MANAGED), NOW))
            .isEqualTo(ServiceMachine.step(state, event, policy(LifecycleMode.MANAGED), NOW));
      }
    }
  }

  @Test
  void eventsOfAnotherLaunchChangeNothing() {
    for (MachineState state : states()) {
      for (ServiceEvent event : events(7)) {
        if (event instanceof ServiceEvent.OfLaunch) {
          Transition step = ServiceMachine.step(state, event, policy(LifecycleMode.MANAGED), NOW);
          assertThat(step.next()).isEqualTo(state);
          assertThat(step.effects()).isEmpty();
        }
      }
    }
  }

  @Test
  @Tag("FR-003")
  void inOtherModesNoProcessIsLaunchedOrSignalled() {
    for (LifecycleMode mode : List.of(LifecycleMode.MONITORED, LifecycleMode.EXTERNAL)) {
      for (MachineState state : states()) {
        for (ServiceEvent event : events(1)) {
          assertThat(ServiceMachine.step(state, event, policy(mode), NOW).effects())
              .noneMatch(
                  effect ->
                      effect instanceof Effect.LaunchProcess
                          || effect instanceof Effect.Terminate
                          || effect instanceof Effect.Sweep);
        }
      }
    }
  }

  /**
   * Walks over every order of events up to a depth, with the answers that effects bring left to
   * chance, and checks each step.
   */
  @Test
  @Tag("NFR-011")
  void neverLaunchesBeforeTheLastLaunchIsSwept() {
    Set<MachineState> seen = new HashSet<>();
    Deque<Walk> open = new ArrayDeque<>();
    open.add(new Walk(new MachineState.Stopped(Memory.fresh(), false), 0));
    while (!open.isEmpty()) {
      Walk walk = open.remove();
      if (walk.depth() >= DEPTH || !seen.add(walk.state())) {
        continue;
      }
      for (ServiceEvent event : events(walk.state().memory().epoch())) {
        Transition step =
            ServiceMachine.step(walk.state(), event, policy(LifecycleMode.MANAGED), NOW);
        check(walk.state(), event, step);
        open.add(new Walk(step.next(), walk.depth() + 1));
      }
    }
    assertThat(seen).hasSizeGreaterThan(60);
  }

  private record Walk(MachineState state, int depth) {}

  private static void check(MachineState from, ServiceEvent event, Transition step) {
    boolean launches =
        step.effects().stream().anyMatch(effect -> effect instanceof Effect.LaunchProcess);
    if (launches) {
      assertThat(holdsProcess(from) && !(event instanceof ServiceEvent.Swept))
          .as("a launch beside a living one: %s in %s", event, from)
          .isFalse();
      assertThat(step.next().memory().epoch()).isEqualTo(from.memory().epoch() + 1);
    }
    if (event instanceof ServiceCommand.Stop) {
      assertThat(launches).as("a stop that launches, in %s", from).isFalse();
    }
    boolean settledDown =
        step.next() instanceof MachineState.Stopped && !(from instanceof MachineState.Stopped);
    if (settledDown) {
      assertThat(step.effects()).contains(new Effect.Settle(new Settlement.Down()));
    }
  }

  private static boolean holdsProcess(MachineState state) {
    return switch (state) {
      case MachineState.Starting _, MachineState.Running _, MachineState.Sweeping _ -> true;
      case MachineState.Stopping stopping -> stopping.process() != null;
      default -> false;
    };
  }
}
