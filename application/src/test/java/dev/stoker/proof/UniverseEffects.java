package dev.stoker.proof;

import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceEvent;

/** What becomes of effects in a {@link Universe}: tasks, timers, and answers to who waits. */
abstract class UniverseEffects extends UniverseState {
  UniverseEffects(Brain brain, Bounds bounds) {
    super(brain, bounds);
  }

  UniverseEffects(UniverseEffects from) {
    super(from);
  }

  void doNext() {
    Todo todo = queue.getFirst();
    queue = queue.subList(1, queue.size());
    switch (todo) {
      case Todo.Write write -> durable = write.standing();
      case Todo.Run run -> run(run.effect());
    }
  }

  private void run(Effect effect) {
    switch (effect) {
      case Effect.LaunchProcess of -> {
        monitor = monitor.mayLaunch(mode.ownsProcess());
        leaseEpoch = of.epoch();
        leasePid = false;
        tasks = with(tasks, new Task(Task.Kind.SPAWN, of.epoch()));
      }
      case Effect.CancelLaunch _ -> {}
      case Effect.Recover of -> tasks = with(tasks, new Task(Task.Kind.LOOK, of.epoch()));
      case Effect.WatchStart of -> watchesStart = of.epoch();
      case Effect.Drain of -> tasks = with(tasks, new Task(Task.Kind.DRAIN, of.epoch()));
      case Effect.CutRequests _ -> {}
      case Effect.Terminate of -> tasks = with(tasks, new Task(Task.Kind.TERMINATE, of.epoch()));
      case Effect.Sweep of -> {
        watchesHealth = false;
        tasks =
            with(
                tasks,
                new Task(
                    brain.forgetsBeforeKilling() ? Task.Kind.FORGET_LEASE : Task.Kind.KILL,
                    of.epoch()));
      }
      case Effect.StartTimer of -> {
        inFlight = with(inFlight, new ServiceEvent.TimerFired(of.epoch(), of.timer()));
        restartDelay = of.timer() == ServiceEvent.Timer.RESTART ? of.delay() : restartDelay;
      }
      case Effect.WatchHealth _ -> watchesHealth = true;
      case Effect.CheckOnce of ->
          inFlight =
              with(inFlight, new ServiceEvent.Checked(of.epoch(), new HealthCheckResult.Refused()));
      case Effect.EndWatch _ -> watchesHealth = false;
      case Effect.Settle settle -> settle(settle.settlement());
    }
  }

  /** As {@code Waiters} does it. */
  private void settle(Effect.Settlement settlement) {
    switch (settlement) {
      case Effect.Settlement.Ready _ -> {
        readyWaiters = 0;
        releaseDown(false);
      }
      case Effect.Settlement.Down _ -> {
        readyWaiters = 0;
        releaseDown(true);
      }
      case Effect.Settlement.Gone _ -> releaseDown(false);
      case Effect.Settlement.Aborted _ -> readyWaiters = 0;
      case Effect.Settlement.Kept _ -> releaseDown(false);
      case Effect.Settlement.Unable _ -> {
        readyWaiters = 0;
        releaseDown(false);
      }
    }
  }

  private void releaseDown(boolean isDown) {
    if (isDown && handStops > 0) {
      monitor = monitor.stopAcknowledged();
    }
    downWaiters = 0;
    handStops = 0;
  }

  /** What must hold when nothing more happens by itself (D4, D5). */
  void checkSettled() {
    Tree living = tree;
    boolean serves = machine instanceof MachineState.Running && living != null && living.main();
    boolean down =
        (machine instanceof MachineState.Stopped || machine instanceof MachineState.Failed)
            && (living == null || saysSurvivors());
    if (!serves && !down && !(machine instanceof MachineState.Observed)) {
      throw new BrokenInvariant("D5", "it settles in " + machine + " with " + living);
    }
    // Who waits while it is monitored is answered by the next check.
    boolean checked = mode == LifecycleMode.MONITORED && watchesHealth;
    if (downWaiters > 0 || (readyWaiters > 0 && !checked)) {
      throw new BrokenInvariant(
          "D4", readyWaiters + " + " + downWaiters + " wait for ever in " + machine);
    }
  }
}
