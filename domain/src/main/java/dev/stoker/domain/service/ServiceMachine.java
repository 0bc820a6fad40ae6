package dev.stoker.domain.service;

import dev.stoker.domain.failure.ControlFailure.StaysFailed;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.Effect.Settle;
import dev.stoker.domain.service.Effect.Settlement;
import dev.stoker.domain.service.MachineState.Draining;
import dev.stoker.domain.service.MachineState.Failed;
import dev.stoker.domain.service.MachineState.Launching;
import dev.stoker.domain.service.MachineState.Observed;
import dev.stoker.domain.service.MachineState.Recovering;
import dev.stoker.domain.service.MachineState.Running;
import dev.stoker.domain.service.MachineState.Starting;
import dev.stoker.domain.service.MachineState.Stopped;
import dev.stoker.domain.service.MachineState.Stopping;
import dev.stoker.domain.service.MachineState.Sweeping;
import dev.stoker.domain.service.MachineState.WaitingToRestart;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.BecameReady;
import dev.stoker.domain.service.ServiceEvent.Checked;
import dev.stoker.domain.service.ServiceEvent.Launched;
import dev.stoker.domain.service.ServiceEvent.MayLaunch;
import dev.stoker.domain.service.ServiceEvent.NotLaunched;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.PhaseReached;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import dev.stoker.domain.service.ServiceEvent.Reconfigured;
import dev.stoker.domain.service.ServiceEvent.Resumed;
import dev.stoker.domain.service.ServiceEvent.StartGivenUp;
import dev.stoker.domain.unit.Moment;
import java.util.List;

/**
 * The decision core: what a service does next. Total and pure: every state answers every event, and
 * the same question has the same answer.
 *
 * <p>The way up (idle, launching, starting, running) is decided here, the way down (stopping,
 * sweeping, restarting) in {@link Descent}, what comes before a planned one in {@link Farewell}.
 */
public final class ServiceMachine {
  /** The reason of a start that nobody asked for. */
  public static final String AUTOMATIC_RESTART = "automatic restart";

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
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    if (event instanceof OfLaunch of && of.epoch() != state.memory().epoch()) {
      return unchanged(state, "stale: of launch " + of.epoch());
    }
    if (state instanceof Observed observed) {
      return ObservedService.step(observed, event, policy, now);
    }
    return policy.mode().ownsProcess()
        ? whenOurs(state, event, policy, now)
        : HandingOver.step(state, event, policy, now);
  }

  /**
   * {@return where a service stands that was found in the state on disk, and what is to be done
   * first}
   *
   * @param standing what was written down
   * @param leased whether a launch of it was never proven gone
   */
  public static Transition restore(
      Standing standing, boolean leased, LifecyclePolicy policy, Moment now) {
    return Restoration.begin(standing, leased, policy, now);
  }

  static Transition whenOurs(
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (state) {
      case Stopped stopped -> whenStopped(stopped, event, now);
      case Failed failed -> whenFailed(failed, event, now);
      case Recovering recovering -> Restoration.whenRecovering(recovering, event, policy, now);
      case Launching launching -> whenLaunching(launching, event, policy, now);
      case Starting starting -> whenStarting(starting, event, policy, now);
      case Running running -> whenRunning(running, event, policy, now);
      case Draining draining -> Farewell.whenDraining(draining, event, policy, now);
      case Stopping stopping -> Descent.whenStopping(stopping, event, policy, now);
      case Sweeping sweeping -> Descent.whenSweeping(sweeping, event, policy, now);
      case WaitingToRestart waiting -> Descent.whenWaiting(waiting, event, now);
      case Observed observed -> ObservedService.step(observed, event, policy, now);
    };
  }

  private static Transition whenStopped(Stopped state, ServiceEvent event, Moment now) {
    return switch (event) {
      case Start _, Restart _ -> launchByHand(state.memory(), now);
      case EnsureHealthy _ ->
          state.byHand()
              ? settled(state, new Settlement.Unable(stoppedByHand()), "stopped by hand")
              : launch(state.memory(), now, "needed");
      case Stop stop ->
          settled(
              new Stopped(state.memory(), stop.byHand() || state.byHand()),
              new Settlement.Down(),
              "already down");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "nothing of it runs");
    };
  }

  static Failure stoppedByHand() {
    return new Cancelled("it was stopped by hand; start it by hand");
  }

  private static Transition whenFailed(Failed state, ServiceEvent event, Moment now) {
    boolean survived = state.why().code() == ErrorCode.SURVIVORS;
    return switch (event) {
      case Start _, Restart _ ->
          survived
              ? sweepAgain(forgiven(state.memory()), new AfterEnd.StartAgain(), now)
              : launchByHand(state.memory(), now);
      case EnsureHealthy _ ->
          settled(state, new Settlement.Unable(new StaysFailed(state.why())), "it has failed");
      case Stop stop ->
          survived
              ? sweepAgain(state.memory(), new AfterEnd.StayDown(stop.byHand()), now)
              : settled(new Stopped(state.memory(), stop.byHand()), new Settlement.Down(), "stop");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "nothing of it runs");
    };
  }

  /** What could not be ended before may have ended by now; nothing is launched beside it (D1). */
  private static Transition sweepAgain(Memory memory, AfterEnd next, Moment now) {
    return Descent.sweep(memory, next, false, now, "ends what was left before");
  }

  private static Transition whenLaunching(
      Launching state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    Memory memory = state.memory();
    return switch (event) {
      case Launched launched ->
          new Transition(
              new Starting(
                  state.automatic() ? cameToBe(memory, now) : memory,
                  launched.process(),
                  LoadPhase.ENVIRONMENT,
                  now.wall()),
              List.of(new Effect.WatchStart(launched.epoch())),
              "launched");
      case MayLaunch may ->
          new Transition(
              state,
              List.of(new Effect.LaunchProcess(may.epoch())),
              "what it waited for may be there");
      case NotLaunched not -> whenNotLaunched(state, not.why(), policy, now);
      case Stop stop ->
          // The launch cannot be called back: its process is ended as soon as it is known.
          new Transition(
              new Stopping(memory, null, true, new AfterEnd.StayDown(stop.byHand()), now.wall()),
              List.of(new Effect.CancelLaunch(memory.epoch())),
              "stop while launching");
      case Restart _ ->
          // What is being launched may be another than what is meant by now.
          new Transition(
              new Stopping(forgiven(memory), null, true, new AfterEnd.StartAgain(), now.wall()),
              List.of(new Effect.CancelLaunch(memory.epoch())),
              "restart while launching");
      case Start _ ->
          new Transition(
              new Launching(startedByHand(memory), false, state.since()),
              List.of(),
              "waits for the launch");
      case EnsureHealthy _ -> unchanged(state, "waits for the launch");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "not expected while launching");
    };
  }

  private static Transition whenNotLaunched(
      Launching state, Failure why, LifecyclePolicy policy, Moment now) {
    RestartHistory history = state.memory().restarts();
    boolean mayEnd = why.retry() == Retry.AFTER_WAITING;
    Memory memory = state.memory().with(mayEnd ? history.waited(state.automatic()) : history);
    return Descent.decideRestart(memory, why, false, policy, now);
  }

  private static Transition whenStarting(
      Starting state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
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
                  memory.with(memory.restarts().becameReady()), state.process(), ready.since(), 0),
              List.of(new Effect.WatchHealth(ready.epoch()), new Settle(new Settlement.Ready())),
              "ready");
      case StartGivenUp given ->
          Descent.terminate(
              memory,
              state.process(),
              true,
              new AfterEnd.Recover(given.why()),
              policy,
              now,
              given.why().what());
      case ProcessExited exited ->
          Descent.sweep(
              memory, new AfterEnd.Recover(exited.why()), true, now, exited.status().describe());
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
              forgiven(memory),
              state.process(),
              true,
              new AfterEnd.StartAgain(),
              policy,
              now,
              "restart");
      case Start _ ->
          new Transition(
              new Starting(startedByHand(memory), state.process(), state.phase(), state.since()),
              List.of(),
              "waits until it is ready");
      case EnsureHealthy _ -> unchanged(state, "waits until it is ready");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "not expected while starting");
    };
  }

  private static Transition whenRunning(
      Running state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    Memory memory = state.memory();
    return switch (event) {
      case Start _ ->
          settled(
              new Running(
                  memory.with(RestartHistory.empty()),
                  state.process(),
                  state.since(),
                  state.failedChecks()),
              new Settlement.Ready(),
              "it runs");
      case EnsureHealthy _ -> settled(state, new Settlement.Ready(), "it runs");
      case Stop stop -> {
        AfterEnd next = new AfterEnd.StayDown(stop.byHand());
        yield stop.now()
            ? Farewell.cut(memory, state.process(), next, policy, now, "stop at once")
            : Farewell.begin(state, memory, next, policy, now, "stop");
      }
      case Restart _ ->
          Farewell.begin(
              state, forgiven(memory), new AfterEnd.StartAgain(), policy, now, "restart");
      case ServiceEvent.Idle _ ->
          Farewell.begin(
              state, memory, new AfterEnd.StayDown(false), policy, now, "nobody asks it anything");
      case ProcessExited exited ->
          Descent.sweep(
              memory, new AfterEnd.Recover(exited.why()), true, now, exited.status().describe());
      case Checked checked -> Descent.afterCheck(state, checked.result(), policy, now);
      case ServiceEvent.Hung hung ->
          Descent.terminate(
              memory,
              state.process(),
              false,
              new AfterEnd.Recover(hung.why()),
              policy,
              now,
              hung.why().what());
      case Resumed _ ->
          new Transition(
              new Running(memory, state.process(), state.since(), 0),
              List.of(),
              "it was asleep: failed checks before that do not count");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "not expected while running");
    };
  }

  /** {@return the memory when the process of an automatic restart has come to be} */
  static Memory cameToBe(Memory memory, Moment now) {
    return memory.with(memory.restarts().cameToBe(now.uptime()));
  }

  /** {@return the memory after a command by hand: it forgives what went before (FR-035)} */
  static Memory forgiven(Memory memory) {
    return memory.with(RestartHistory.byHand());
  }

  /** {@return the memory of a launch that was under way when it was started by hand} */
  private static Memory startedByHand(Memory memory) {
    return memory.with(RestartHistory.byHand().launched());
  }

  static Transition launchByHand(Memory memory, Moment now) {
    return launch(forgiven(memory), now, "start by hand");
  }

  static Transition launch(Memory memory, Moment now, String reason) {
    return launching(memory.with(memory.restarts().launched()), false, now, reason);
  }

  /** Counted before it is launched: a Stoker killed in between must not forget it. */
  static Transition relaunch(Memory memory, Moment now) {
    RestartHistory counted = memory.restarts().restarted(now.uptime(), RestartPolicy.WINDOW);
    return launching(memory.with(counted), true, now, AUTOMATIC_RESTART);
  }

  private static Transition launching(Memory memory, boolean automatic, Moment now, String reason) {
    Memory next = memory.nextEpoch();
    return new Transition(
        new Launching(next, automatic, now.wall()),
        List.of(new Effect.LaunchProcess(next.epoch())),
        reason);
  }

  static Transition settled(MachineState next, Settlement settlement, String reason) {
    return new Transition(next, List.of(new Settle(settlement)), reason);
  }

  static Transition unchanged(MachineState state, String reason) {
    return new Transition(state, List.of(), reason);
  }

  static Settlement notAllowed(String action, LifecyclePolicy policy) {
    return new Settlement.Unable(refusal(action, policy));
  }

  static Failure refusal(String action, LifecyclePolicy policy) {
    return new NotPermitted(action, policy.mode().printed());
  }

  static Transition notPermitted(MachineState state, String action, LifecyclePolicy policy) {
    return settled(
        state, notAllowed(action, policy), "not permitted in mode " + policy.mode().printed());
  }
}
