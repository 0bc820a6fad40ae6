package dev.stoker.proof;

import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.restart.RestartPolicy;
import dev.stoker.domain.service.AfterEnd;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.MachineState.Draining;
import dev.stoker.domain.service.MachineState.Launching;
import dev.stoker.domain.service.MachineState.Recovering;
import dev.stoker.domain.service.MachineState.Running;
import dev.stoker.domain.service.MachineState.Starting;
import dev.stoker.domain.service.MachineState.Stopped;
import dev.stoker.domain.service.MachineState.Stopping;
import dev.stoker.domain.service.MachineState.WaitingToRestart;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import dev.stoker.domain.service.ServiceEvent.TimerFired;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.domain.service.Transition;
import dev.stoker.domain.unit.Moment;
import dev.stoker.proof.UniverseState.Bounds;
import java.time.Duration;
import java.util.List;

/**
 * A bug as it is made in programs like this one, each with the invariant that it breaks and the
 * bounds within which it is found. A search that misses one of them proves nothing.
 */
enum SeededBug implements Brain {
  /** The end of an earlier launch is taken for the end of this one. */
  STALE_EXIT("S7", new Bounds(2, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      ServiceEvent taken =
          event instanceof ProcessExited exited
              ? new ProcessExited(state.memory().epoch(), exited.status(), exited.why())
              : event;
      return ServiceMachine.step(state, taken, policy, now);
    }
  },
  /** After a crash the server is launched again at once, whatever is left of it. */
  RESPAWN_WITHOUT_SWEEP("D1", new Bounds(1, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      if (state instanceof Running && event instanceof ProcessExited) {
        MachineState waiting = new WaitingToRestart(state.memory(), Died.unwatched(), now.wall());
        return ServiceMachine.step(
            waiting,
            new TimerFired(state.memory().epoch(), ServiceEvent.Timer.RESTART),
            policy,
            now);
      }
      return ServiceMachine.step(state, event, policy, now);
    }
  },
  /** A stop while it waits to restart is answered, and the timer goes on. */
  TIMER_BEATS_STOP("D2", new Bounds(2, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      Transition right = ServiceMachine.step(state, event, policy, now);
      return state instanceof WaitingToRestart && event instanceof ServiceCommand.Stop
          ? new Transition(state, right.effects(), "stop")
          : right;
    }
  },
  /** What was decided is done, and answered, before it is written. */
  ACTS_BEFORE_WRITING("D2", new Bounds(2, 0, 1, 0)) {
    @Override
    public boolean actsBeforeWriting() {
      return true;
    }
  },
  /** One restart more than is allowed. */
  LIMIT_OFF_BY_ONE("D3", new Bounds(1, 5, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      RestartPolicy more =
          new RestartPolicy(policy.restarts().maxPerWindow() + 1, policy.restarts().delay(), 0);
      return ServiceMachine.step(state, event, with(policy, policy.mode(), more), now);
    }
  },
  /** It is launched again without the two seconds in between. */
  NO_DELAY("D3", new Bounds(1, 2, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      RestartPolicy hasty =
          new RestartPolicy(policy.restarts().maxPerWindow(), Duration.ofMillis(1), 0);
      return ServiceMachine.step(state, event, with(policy, policy.mode(), hasty), now);
    }
  },
  /** What counts towards the limits is forgotten when Stoker is killed. */
  BUDGET_NOT_WRITTEN("S4", new Bounds(1, 3, 3, 0)) {
    @Override
    public Standing standing(MachineState state) {
      Standing right = Standing.of(state);
      return new Standing(right.want(), new Memory(right.memory().epoch(), RestartHistory.empty()));
    }
  },
  /** What was up is launched again without a look at what lives of it. */
  RELAUNCH_BLINDLY("D1", new Bounds(1, 0, 1, 0)) {
    @Override
    public Transition restore(
        Standing standing, boolean leased, LifecyclePolicy policy, Moment now) {
      Transition right = ServiceMachine.restore(standing, leased, policy, now);
      return standing.want() instanceof Want.Up
          ? ServiceMachine.step(
              new Stopped(standing.memory(), false), new ServiceCommand.Start(), policy, now)
          : right;
    }
  },
  /** The lease goes first, the processes after it. */
  FORGETS_BEFORE_KILLING("D9", new Bounds(1, 1, 1, 0)) {
    @Override
    public boolean forgetsBeforeKilling() {
      return true;
    }
  },
  /** That it was stopped by hand is not written. */
  WISH_NOT_WRITTEN("D2", new Bounds(3, 0, 1, 0)) {
    @Override
    public Standing standing(MachineState state) {
      Standing right = Standing.of(state);
      return right.want() instanceof Want.Down
          ? new Standing(new Want.Down(false), right.memory())
          : right;
    }
  },
  /** Whoever stops it while it waits to restart waits for ever. */
  LOST_WAITER("D4", new Bounds(2, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      Transition right = ServiceMachine.step(state, event, policy, now);
      return state instanceof WaitingToRestart && event instanceof ServiceCommand.Stop
          ? new Transition(right.next(), List.of(), "stop")
          : right;
    }
  },
  /** The end of a server that still loads goes unnoticed. */
  EXIT_IGNORED_WHILE_STARTING("D5", new Bounds(1, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return state instanceof Starting && event instanceof ProcessExited
          ? new Transition(state, List.of(), "ignored")
          : ServiceMachine.step(state, event, policy, now);
    }
  },
  /** A good server is restarted because Stoker was. */
  RESTARTS_WHAT_IT_FINDS("S7", new Bounds(1, 0, 1, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return state instanceof Recovering found && event instanceof ServiceEvent.Found
          ? ServiceMachine.step(
              new Recovering(found.memory(), found.next(), false, found.since()),
              event,
              policy,
              now)
          : ServiceMachine.step(state, event, policy, now);
    }
  },
  /** A server that does not obey SIGTERM is waited for. */
  NO_GRACE("D5", new Bounds(2, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return state instanceof Stopping && event instanceof TimerFired
          ? new Transition(state, List.of(), "waits on")
          : ServiceMachine.step(state, event, policy, now);
    }
  },
  /** A request that nobody ends is waited for. */
  NO_DRAIN_LIMIT("D5", new Bounds(2, 1, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return state instanceof Draining && event instanceof TimerFired
          ? new Transition(state, List.of(), "waits on")
          : ServiceMachine.step(state, event, policy, now);
    }
  },
  /** A service that is somebody else's is launched all the same. */
  LAUNCHES_WHAT_IS_NOT_OURS("D6", new Bounds(2, 0, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return ServiceMachine.step(
          state, event, with(policy, LifecycleMode.MANAGED, policy.restarts()), now);
    }
  },
  /** It is said to be down as soon as its main process is. */
  DOWN_BEFORE_SWEPT("S6", new Bounds(2, 0, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return state instanceof Stopping stopping
              && stopping.next() instanceof AfterEnd.StayDown
              && event instanceof ProcessExited exited
              && exited.epoch() == state.memory().epoch()
          ? new Transition(
              new Stopped(state.memory(), true),
              List.of(new Effect.Settle(new Effect.Settlement.Down())),
              "down")
          : ServiceMachine.step(state, event, policy, now);
    }
  },
  /** A stop while it is launched forgets the process that comes of it. */
  STOP_FORGETS_LAUNCH("D2", new Bounds(2, 0, 0, 0)) {
    @Override
    public Transition step(
        MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
      return state instanceof Launching && event instanceof ServiceCommand.Stop stop
          ? new Transition(
              new Stopped(state.memory(), stop.byHand()),
              List.of(new Effect.Settle(new Effect.Settlement.Down())),
              "down")
          : ServiceMachine.step(state, event, policy, now);
    }
  };

  private final String breaks;
  private final Bounds bounds;

  SeededBug(String breaks, Bounds bounds) {
    this.breaks = breaks;
    this.bounds = bounds;
  }

  /** {@return the invariant that it breaks, by its number in docs/invariants.md} */
  String breaks() {
    return breaks;
  }

  /** {@return what must be allowed to happen for it to be found} */
  Bounds bounds() {
    return bounds;
  }

  private static LifecyclePolicy with(
      LifecyclePolicy policy, LifecycleMode mode, RestartPolicy restarts) {
    return new LifecyclePolicy(
        mode, policy.drain(), policy.stopGrace(), policy.healthCheckInterval(), restarts);
  }
}
