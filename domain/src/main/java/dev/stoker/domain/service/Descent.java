package dev.stoker.domain.service;

import static dev.stoker.domain.service.ServiceMachine.unchanged;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.failure.ServerFailure.RestartLimitReached;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.restart.RestartDecision;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.Effect.Settle;
import dev.stoker.domain.service.Effect.Settlement;
import dev.stoker.domain.service.MachineState.Failed;
import dev.stoker.domain.service.MachineState.Running;
import dev.stoker.domain.service.MachineState.Stopped;
import dev.stoker.domain.service.MachineState.Stopping;
import dev.stoker.domain.service.MachineState.Sweeping;
import dev.stoker.domain.service.MachineState.WaitingToRestart;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.Launched;
import dev.stoker.domain.service.ServiceEvent.NotLaunched;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import dev.stoker.domain.service.ServiceEvent.Reconfigured;
import dev.stoker.domain.service.ServiceEvent.Swept;
import dev.stoker.domain.service.ServiceEvent.Timer;
import dev.stoker.domain.service.ServiceEvent.TimerFired;
import dev.stoker.domain.unit.Moment;
import java.util.ArrayList;
import java.util.List;

/** The way down: how a server is ended, what follows, and when it is started again. */
final class Descent {
  private Descent() {}

  /**
   * Begins an orderly end: SIGTERM now, and again while loading, SIGKILL when the grace is over.
   */
  static Transition terminate(
      Memory memory,
      ProcessIdentity process,
      boolean loading,
      AfterEnd next,
      LifecyclePolicy policy,
      Moment now,
      String reason) {
    long epoch = memory.epoch();
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.Terminate(epoch, process));
    if (loading) {
      effects.add(new Effect.StartTimer(epoch, Timer.SECOND_TERM, LifecyclePolicy.SECOND_TERM));
    }
    effects.add(new Effect.StartTimer(epoch, Timer.STOP_GRACE, policy.stopGrace()));
    if (next instanceof AfterEnd.StayDown && loading) {
      effects.add(new Settle(new Settlement.Aborted(new Cancelled("stop was asked for"))));
    }
    return new Transition(
        new Stopping(memory, process, loading, next, now.wall()), effects, reason);
  }

  /** Begins the sweep that follows every end. */
  static Transition sweep(
      Memory memory, AfterEnd next, boolean crashed, Moment now, String reason) {
    return new Transition(
        new Sweeping(memory, next, crashed, now.wall()),
        List.of(new Effect.Sweep(memory.epoch())),
        reason);
  }

  static Transition whenStopping(
      Stopping state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (event) {
      case ProcessExited exited ->
          sweep(state.memory(), state.next(), false, now, exited.status().describe());
      case TimerFired fired -> onTimer(state, fired.timer(), now);
      case Stop stop -> {
        AfterEnd next = stayDown(state.next(), stop);
        // A second stop by hand is in a hurry; a stop that overtakes a restart is not.
        boolean again = stop.byHand() && state.next() instanceof AfterEnd.StayDown;
        yield (again || stop.now()) && state.process() != null
            ? sweep(state.memory(), next, false, now, "a second stop: no more waiting")
            : new Transition(
                state.followedBy(next), abortReadyWaiters(), "stop wins over what was to follow");
      }
      case Start _, Restart _ ->
          new Transition(
              new Stopping(
                  ServiceMachine.forgiven(state.memory()),
                  state.process(),
                  state.loading(),
                  new AfterEnd.StartAgain(),
                  state.since()),
              List.of(),
              "starts again after");
      case EnsureHealthy _ -> {
        AfterEnd next = needed(state.next());
        yield new Transition(state.followedBy(next), tellWhoNeeds(next), "waits for what follows");
      }
      case Launched launched ->
          state.process() == null
              ? terminate(
                  state.memory(), launched.process(), true, state.next(), policy, now, "launched")
              : unchanged(state, "known");
      case NotLaunched not -> {
        if (state.process() != null) {
          yield unchanged(state, "it was launched");
        }
        yield state.next() instanceof AfterEnd.StartAgain
            ? againAfter(state.memory(), now)
            : after(state.memory(), state.next(), policy, now, not.why().what());
      }
      case Reconfigured _, OfLaunch _ -> unchanged(state, "it is being ended");
    };
  }

  /** What was once wished by hand stays so. */
  static AfterEnd stayDown(AfterEnd before, Stop stop) {
    boolean wished = before instanceof AfterEnd.StayDown down && down.byHand();
    return new AfterEnd.StayDown(stop.byHand() || wished);
  }

  private static Transition onTimer(Stopping state, Timer timer, Moment now) {
    ProcessIdentity process = state.process();
    return switch (timer) {
      case SECOND_TERM ->
          process == null
              ? unchanged(state, "not launched yet")
              : new Transition(
                  state,
                  List.of(new Effect.Terminate(state.memory().epoch(), process)),
                  "the first SIGTERM may have been swallowed");
      case STOP_GRACE ->
          sweep(state.memory(), state.next(), false, now, "the grace is over: SIGKILL");
      case DRAIN, RESTART -> unchanged(state, "it is being ended");
    };
  }

  /** Who waits for readiness is told as soon as it is known that there will be none. */
  static List<Effect> abortReadyWaiters() {
    return List.of(new Settle(new Settlement.Aborted(new Cancelled("stop was asked for"))));
  }

  /** {@return what follows when it is needed meanwhile: a need overrides no wish and no failure} */
  static AfterEnd needed(AfterEnd next) {
    return next instanceof AfterEnd.StayDown down && !down.byHand()
        ? new AfterEnd.StartAgain()
        : next;
  }

  /** Whoever needs it is told at once when nothing will follow. */
  static List<Effect> tellWhoNeeds(AfterEnd next) {
    return switch (next) {
      case AfterEnd.StayDown _ ->
          List.of(new Settle(new Settlement.Aborted(ServiceMachine.stoppedByHand())));
      case AfterEnd.GiveUp up -> List.of(new Settle(new Settlement.Aborted(up.why())));
      case AfterEnd.StartAgain _, AfterEnd.Recover _ -> List.of();
    };
  }

  static Transition whenSweeping(
      Sweeping state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (event) {
      case Swept swept ->
          swept.survivors().isEmpty()
              ? after(state.memory(), state.next(), policy, now, "nothing of it is left")
              : fail(state.memory(), new SurvivorsLeft(swept.survivors()));
      case Stop stop ->
          new Transition(
              state.followedBy(stayDown(state.next(), stop)),
              abortReadyWaiters(),
              "stop wins over what was to follow");
      case Start _, Restart _ ->
          new Transition(
              new Sweeping(
                  ServiceMachine.forgiven(state.memory()),
                  new AfterEnd.StartAgain(),
                  state.crashed(),
                  state.since()),
              List.of(),
              "starts again after");
      case EnsureHealthy _ -> {
        AfterEnd next = needed(state.next());
        yield new Transition(state.followedBy(next), tellWhoNeeds(next), "waits for what follows");
      }
      case Reconfigured _, OfLaunch _ -> unchanged(state, "it is being swept");
    };
  }

  static Transition whenWaiting(WaitingToRestart state, ServiceEvent event, Moment now) {
    return switch (event) {
      case TimerFired fired when fired.timer() == Timer.RESTART ->
          ServiceMachine.relaunch(state.memory(), now);
      case Start _, Restart _ -> ServiceMachine.launchByHand(state.memory(), now);
      case Stop stop ->
          new Transition(
              new Stopped(state.memory(), stop.byHand()),
              List.of(new Settle(new Settlement.Down())),
              "stop wins over the restart");
      case EnsureHealthy _ -> unchanged(state, "waits for the restart");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "it waits to restart");
    };
  }

  static Transition afterCheck(
      Running state, HealthCheckResult result, LifecyclePolicy policy, Moment now) {
    if (!result.countsAsFailure()) {
      boolean works =
          result instanceof HealthCheckResult.Healthy || result instanceof HealthCheckResult.Busy;
      return works && state.failedChecks() > 0
          ? new Transition(
              new Running(state.memory(), state.process(), state.since(), 0),
              List.of(),
              result instanceof HealthCheckResult.Busy ? result.describe() : "healthy again")
          : unchanged(state, result.describe());
    }
    int failed = state.failedChecks() + 1;
    if (failed < LifecyclePolicy.FAILED_CHECKS) {
      return new Transition(
          new Running(state.memory(), state.process(), state.since(), failed),
          List.of(),
          result.describe());
    }
    HealthLost lost = new HealthLost(failed, result.describe());
    return terminate(
        state.memory(),
        state.process(),
        false,
        new AfterEnd.Recover(lost),
        policy,
        now,
        lost.what());
  }

  /** Nothing of the launch is left: what was decided to follow, follows. */
  private static Transition after(
      Memory memory, AfterEnd next, LifecyclePolicy policy, Moment now, String reason) {
    return switch (next) {
      case AfterEnd.StayDown down ->
          new Transition(
              new Stopped(memory, down.byHand()),
              List.of(new Settle(new Settlement.Down())),
              reason);
      case AfterEnd.StartAgain _ -> againAfter(memory, now);
      case AfterEnd.GiveUp up -> fail(memory, up.why());
      case AfterEnd.Recover recover -> decideRestart(memory, recover.why(), true, policy, now);
    };
  }

  /** Who waited for the end is released; who waits for readiness goes on waiting. */
  private static Transition againAfter(Memory memory, Moment now) {
    Transition launch = ServiceMachine.launch(memory, now, "starts again");
    List<Effect> effects = new ArrayList<>();
    effects.add(new Settle(new Settlement.Gone()));
    effects.addAll(launch.effects());
    return new Transition(launch.next(), effects, launch.reason());
  }

  /**
   * Asks the restart policy.
   *
   * @param launched whether there was a process; where there was none because something outside
   *     must end first, whoever waits is told at once, and it is tried again all the same
   */
  static Transition decideRestart(
      Memory memory, Failure why, boolean launched, LifecyclePolicy policy, Moment now) {
    RestartHistory history = memory.restarts();
    return switch (policy.restarts().decide(history, why, launched, now.uptime())) {
      case RestartDecision.RestartAfter after -> {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.StartTimer(memory.epoch(), Timer.RESTART, after.delay()));
        if (!launched) {
          effects.add(new Settle(new Settlement.Aborted(why)));
        }
        yield new Transition(
            new WaitingToRestart(memory, why, now.wall().plus(after.delay())),
            effects,
            "restart in " + after.delay().toMillis() + " ms: " + why.what());
      }
      case RestartDecision.GiveUp up ->
          fail(memory, up.limitReached() ? new RestartLimitReached(up.reason(), why) : why);
    };
  }

  private static Transition fail(Memory memory, Failure why) {
    return new Transition(
        new Failed(memory, why),
        List.of(new Settle(new Settlement.Unable(why))),
        why.code().code() + " " + why.what());
  }
}
