package dev.stoker.domain.service;

import static dev.stoker.domain.service.ServiceMachine.unchanged;

import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.MachineState.Draining;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.Drained;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import dev.stoker.domain.service.ServiceEvent.Reconfigured;
import dev.stoker.domain.service.ServiceEvent.Timer;
import dev.stoker.domain.service.ServiceEvent.TimerFired;
import dev.stoker.domain.unit.Moment;
import java.util.ArrayList;
import java.util.List;

/**
 * The planned end of a server that serves: what it was asked before may finish, within a limit;
 * what then still is under way is cut, so that its end never waits for a forgotten connection.
 */
final class Farewell {
  private Farewell() {}

  /** Begins it. */
  static Transition begin(
      MachineState.Running running,
      Memory memory,
      AfterEnd next,
      LifecyclePolicy policy,
      Moment now,
      String reason) {
    ProcessIdentity process = running.process();
    if (policy.drain().isZero()) {
      return cut(memory, process, next, policy, now, reason);
    }
    long epoch = memory.epoch();
    return new Transition(
        new Draining(memory, process, next, running.since()),
        List.of(new Effect.Drain(epoch), new Effect.StartTimer(epoch, Timer.DRAIN, policy.drain())),
        reason);
  }

  /** Ends it without waiting for what is under way. */
  static Transition cut(
      Memory memory,
      ProcessIdentity process,
      AfterEnd next,
      LifecyclePolicy policy,
      Moment now,
      String reason) {
    return afterCut(memory, Descent.terminate(memory, process, false, next, policy, now, reason));
  }

  private static Transition afterCut(Memory memory, Transition end) {
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.CutRequests(memory.epoch()));
    effects.addAll(end.effects());
    return new Transition(end.next(), effects, end.reason());
  }

  static Transition whenDraining(
      Draining state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    Memory memory = state.memory();
    AfterEnd next = state.next();
    return switch (event) {
      case Drained _ ->
          Descent.terminate(
              memory, state.process(), false, next, policy, now, "no request is under way");
      case TimerFired fired when fired.timer() == Timer.DRAIN ->
          cut(memory, state.process(), next, policy, now, "requests had time to finish");
      case ProcessExited exited ->
          Descent.sweep(memory, next, false, now, exited.status().describe());
      case Stop stop -> {
        AfterEnd down = Descent.stayDown(next, stop);
        // As of one that was signalled already: who says it twice is in a hurry.
        boolean again = stop.byHand() && next instanceof AfterEnd.StayDown;
        yield again || stop.now()
            ? afterCut(
                memory, Descent.sweep(memory, down, false, now, "a second stop: no more waiting"))
            : new Transition(
                state.followedBy(down),
                Descent.abortReadyWaiters(),
                "stop wins over what was to follow");
      }
      case Start _, Restart _ ->
          new Transition(
              new Draining(
                  ServiceMachine.forgiven(memory),
                  state.process(),
                  new AfterEnd.StartAgain(),
                  state.since()),
              List.of(),
              "starts again after");
      case EnsureHealthy _ -> {
        AfterEnd needed = Descent.needed(next);
        yield new Transition(
            state.followedBy(needed), Descent.tellWhoNeeds(needed), "waits for what follows");
      }
      case Reconfigured _, OfLaunch _ -> unchanged(state, "it is to end");
    };
  }
}
