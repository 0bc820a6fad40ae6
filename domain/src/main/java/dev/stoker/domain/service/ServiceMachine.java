package dev.stoker.domain.service;

import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.model.LoadPhase;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.Effect.Settle;
import dev.stoker.domain.service.Effect.Settlement;
import dev.stoker.domain.service.MachineState.Failed;
import dev.stoker.domain.service.MachineState.Launching;
import dev.stoker.domain.service.MachineState.Observed;
import dev.stoker.domain.service.MachineState.Running;
import dev.stoker.domain.service.MachineState.Starting;
import dev.stoker.domain.service.MachineState.Stopped;
import dev.stoker.domain.service.MachineState.Stopping;
import dev.stoker.domain.service.MachineState.Sweeping;
import dev.stoker.domain.service.MachineState.Unknown;
import dev.stoker.domain.service.MachineState.WaitingToRestart;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.Adopted;
import dev.stoker.domain.service.ServiceEvent.BecameReady;
import dev.stoker.domain.service.ServiceEvent.Checked;
import dev.stoker.domain.service.ServiceEvent.DevicesFree;
import dev.stoker.domain.service.ServiceEvent.Launched;
import dev.stoker.domain.service.ServiceEvent.NotLaunched;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.PhaseReached;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import dev.stoker.domain.service.ServiceEvent.StartGivenUp;
import dev.stoker.domain.service.ServiceEvent.Swept;
import dev.stoker.domain.service.ServiceEvent.TimerFired;
import java.time.Instant;
import java.util.List;

/**
 * The decision core: what a service does next. Total and pure: every state answers every event, and
 * the same question has the same answer.
 *
 * <p>The way up (idle, launching, starting, running) is decided here, the way down (stopping,
 * sweeping, restarting) in {@link Descent}.
 */
public final class ServiceMachine {
  private ServiceMachine() {}

  /**
   * {@return where the service stands after the event, and what is to be done}
   *
   * @param state where it stands
   * @param event what happened, or is wanted
   * @param policy the service's options as they are now
   * @param now the time, for restart limits and records
   */
  public static Transition step(
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Instant now) {
    boolean adoption = event instanceof Adopted;
    if (event instanceof OfLaunch of && of.epoch() != state.memory().epoch() && !adoption) {
      return unchanged(state, "stale: of launch " + of.epoch());
    }
    if (!policy.mode().ownsProcess()) {
      return ObservedService.step(state, event, policy, now);
    }
    return switch (state) {
      case Stopped stopped -> whenStopped(stopped, event, now);
      case Failed failed -> whenFailed(failed, event, now);
      case Unknown unknown -> whenIdle(unknown, event, now);
      case Observed observed -> whenIdle(observed, event, now);
      case Launching launching -> whenLaunching(launching, event, policy, now);
      case Starting starting -> whenStarting(starting, event, policy, now);
      case Running running -> whenRunning(running, event, policy, now);
      case Stopping stopping -> Descent.whenStopping(stopping, event, policy, now);
      case Sweeping sweeping -> Descent.whenSweeping(sweeping, event, policy, now);
      case WaitingToRestart waiting -> Descent.whenWaiting(waiting, event, now);
    };
  }

  private static Transition whenStopped(Stopped state, ServiceEvent event, Instant now) {
    if (event instanceof EnsureHealthy && state.byHand()) {
      return settled(
          state,
          new Settlement.Unable(new Cancelled("it was stopped by hand; start it by hand")),
          "stopped by hand");
    }
    return whenIdle(state, event, now);
  }

  private static Transition whenFailed(Failed state, ServiceEvent event, Instant now) {
    return switch (event) {
      case EnsureHealthy _ -> settled(state, new Settlement.Unable(state.why()), "it has failed");
      case Stop stop ->
          state.why() instanceof SurvivorsLeft
              ? settled(state, new Settlement.Unable(state.why()), "what is left cannot be ended")
              : settled(new Stopped(state.memory(), stop.byHand()), new Settlement.Down(), "stop");
      case Start _, Restart _, OfLaunch _ -> whenIdle(state, event, now);
    };
  }

  /** Nothing of ours runs. */
  private static Transition whenIdle(MachineState state, ServiceEvent event, Instant now) {
    return switch (event) {
      case Start _, Restart _ -> launchByHand(state.memory(), now);
      case EnsureHealthy _ -> launch(state.memory(), now, "needed");
      case Stop stop ->
          settled(
              new Stopped(state.memory(), stop.byHand()), new Settlement.Down(), "already down");
      case Adopted adopted ->
          new Transition(
              new Running(
                  new Memory(adopted.epoch(), state.memory().restarts()),
                  adopted.process(),
                  now,
                  0),
              List.of(new Effect.WatchHealth(adopted.epoch()), new Settle(new Settlement.Ready())),
              "adopted");
      case DevicesFree _,
          Launched _,
          NotLaunched _,
          PhaseReached _,
          BecameReady _,
          StartGivenUp _,
          ProcessExited _,
          Checked _,
          TimerFired _,
          Swept _ ->
          unchanged(state, "nothing of it runs");
    };
  }

  private static Transition whenLaunching(
      Launching state, ServiceEvent event, LifecyclePolicy policy, Instant now) {
    return switch (event) {
      case Launched launched ->
          new Transition(
              new Starting(state.memory(), launched.process(), LoadPhase.LAUNCH, now),
              List.of(new Effect.WatchStart(launched.epoch())),
              "launched");
      case DevicesFree free ->
          new Transition(
              state,
              List.of(new Effect.LaunchProcess(free.epoch())),
              "the last holder of its port or devices is gone");
      case NotLaunched not ->
          Descent.decideRestart(
              state.memory().with(state.memory().restarts().launchFailed()),
              not.why(),
              policy,
              now);
      case Stop stop ->
          // The launch cannot be called back: its process is ended as soon as it is known.
          new Transition(
              new Stopping(state.memory(), null, true, new AfterEnd.StayDown(stop.byHand()), now),
              List.of(new Effect.CancelLaunch(state.memory().epoch())),
              "stop while launching");
      case Restart _ ->
          // What is being launched may be another than what is meant by now.
          new Transition(
              new Stopping(state.memory(), null, true, new AfterEnd.StartAgain(), now),
              List.of(new Effect.CancelLaunch(state.memory().epoch())),
              "restart while launching");
      case Start _, EnsureHealthy _ -> unchanged(state, "waits for the launch");
      case PhaseReached _,
          BecameReady _,
          StartGivenUp _,
          ProcessExited _,
          Checked _,
          TimerFired _,
          Swept _,
          Adopted _ ->
          unchanged(state, "not expected while launching");
    };
  }

  private static Transition whenStarting(
      Starting state, ServiceEvent event, LifecyclePolicy policy, Instant now) {
    Memory memory = state.memory();
    return switch (event) {
      case PhaseReached reached ->
          reached.phase().compareTo(state.phase()) > 0
              ? new Transition(
                  new Starting(memory, state.process(), reached.phase(), state.since()),
                  List.of(),
                  reached.phase().label())
              : unchanged(state, "an earlier phase");
      case BecameReady ready ->
          new Transition(
              new Running(
                  memory.with(memory.restarts().launchSucceeded()), state.process(), now, 0),
              List.of(new Effect.WatchHealth(ready.epoch()), new Settle(new Settlement.Ready())),
              "ready");
      case StartGivenUp given ->
          Descent.terminate(
              memory.with(memory.restarts().launchFailed()),
              state.process(),
              true,
              new AfterEnd.Recover(given.why()),
              policy,
              now,
              given.why().what());
      case ProcessExited exited ->
          Descent.sweep(
              memory.with(memory.restarts().launchFailed()),
              new AfterEnd.Recover(exited.why()),
              true,
              now,
              exited.status().describe());
      case Stop stop ->
          Descent.terminate(
              memory,
              state.process(),
              true,
              new AfterEnd.StayDown(stop.byHand()),
              policy,
              now,
              "stop while " + state.phase().label());
      case Restart _ ->
          Descent.terminate(
              memory, state.process(), true, new AfterEnd.StartAgain(), policy, now, "restart");
      case Start _, EnsureHealthy _ -> unchanged(state, "waits until it is ready");
      case DevicesFree _, Launched _, NotLaunched _, Checked _, TimerFired _, Swept _, Adopted _ ->
          unchanged(state, "not expected while starting");
    };
  }

  private static Transition whenRunning(
      Running state, ServiceEvent event, LifecyclePolicy policy, Instant now) {
    Memory memory = state.memory();
    return switch (event) {
      case Start _, EnsureHealthy _ -> settled(state, new Settlement.Ready(), "it runs");
      case Stop stop ->
          Descent.terminate(
              memory,
              state.process(),
              false,
              new AfterEnd.StayDown(stop.byHand()),
              policy,
              now,
              "stop");
      case Restart _ ->
          Descent.terminate(
              memory, state.process(), false, new AfterEnd.StartAgain(), policy, now, "restart");
      case ProcessExited exited ->
          Descent.sweep(
              memory, new AfterEnd.Recover(exited.why()), true, now, exited.status().describe());
      case Checked checked -> Descent.afterCheck(state, checked.result(), policy, now);
      case DevicesFree _,
          Launched _,
          NotLaunched _,
          PhaseReached _,
          BecameReady _,
          StartGivenUp _,
          TimerFired _,
          Swept _,
          Adopted _ ->
          unchanged(state, "not expected while running");
    };
  }

  /** A start by hand forgives what went before (FR-035). */
  static Transition launchByHand(Memory memory, Instant now) {
    return launch(memory.with(RestartHistory.empty()), now, "start by hand");
  }

  static Transition launch(Memory memory, Instant now, String reason) {
    Memory next = memory.nextEpoch();
    return new Transition(
        new Launching(next, now), List.of(new Effect.LaunchProcess(next.epoch())), reason);
  }

  static Transition settled(MachineState next, Settlement settlement, String reason) {
    return new Transition(next, List.of(new Settle(settlement)), reason);
  }

  static Transition unchanged(MachineState state, String reason) {
    return new Transition(state, List.of(), reason);
  }

  static Transition notPermitted(MachineState state, String action, LifecyclePolicy policy) {
    return settled(
        state,
        new Settlement.Unable(new NotPermitted(action, policy.mode().printed())),
        "not permitted in mode " + policy.mode().printed());
  }
}
