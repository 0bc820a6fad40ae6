package dev.stoker.domain.service;

import static dev.stoker.domain.service.ServiceMachine.notPermitted;
import static dev.stoker.domain.service.ServiceMachine.unchanged;

import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.process.ProcessIdentity;
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
import dev.stoker.domain.service.ServiceEvent.Broken;
import dev.stoker.domain.service.ServiceEvent.Found;
import dev.stoker.domain.service.ServiceEvent.Launched;
import dev.stoker.domain.service.ServiceEvent.NotLaunched;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.Reconfigured;
import dev.stoker.domain.unit.Moment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that was ours and is to be somebody else's (FR-003). What runs is let go untouched; an
 * end that has begun is brought to its end first, and nothing is launched any more (D6).
 */
final class HandingOver {
  private HandingOver() {}

  static Transition step(
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (state) {
      case Stopped _, Failed _, WaitingToRestart _ ->
          thenObserve(letGo(state, null, null, policy, now), event, policy, now);
      case Starting starting ->
          thenObserve(letGo(state, starting.process(), null, policy, now), event, policy, now);
      case Running running ->
          thenObserve(
              letGo(state, running.process(), running.since(), policy, now), event, policy, now);
      case Draining draining ->
          thenObserve(
              letGo(state, draining.process(), draining.since(), policy, now), event, policy, now);
      case Recovering recovering -> whenRecovering(recovering, event, policy, now);
      case Launching launching -> whenLaunching(launching, event, policy, now);
      case Stopping stopping ->
          whenEnding(
              new Stopping(
                  stopping.memory(),
                  stopping.process(),
                  stopping.loading(),
                  nothing(stopping.next()),
                  stopping.since()),
              event,
              policy,
              now);
      case Sweeping sweeping ->
          whenEnding(
              new Sweeping(
                  sweeping.memory(),
                  nothing(sweeping.next()),
                  sweeping.crashed(),
                  sweeping.since()),
              event,
              policy,
              now);
      case Observed observed -> ObservedService.step(observed, event, policy, now);
    };
  }

  private static Transition letGo(
      MachineState state,
      @Nullable ProcessIdentity process,
      @Nullable Instant serving,
      LifecyclePolicy policy,
      Moment now) {
    return ObservedService.handOver(state.memory(), process, serving, policy, now);
  }

  private static Transition thenObserve(
      Transition letGo, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return event instanceof Reconfigured || !(letGo.next() instanceof Observed observed)
        ? letGo
        : followedBy(letGo, ObservedService.step(observed, event, policy, now));
  }

  private static Transition followedBy(Transition first, Transition second) {
    List<Effect> effects = new ArrayList<>(first.effects());
    effects.addAll(second.effects());
    return new Transition(second.next(), effects, first.reason() + "; " + second.reason());
  }

  private static Transition whenRecovering(
      Recovering state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (event) {
      case Found found -> letGo(state, found.process(), null, policy, now);
      case Broken _ -> letGo(state, null, null, policy, now);
      case Start _ -> notPermitted(state, "start", policy);
      case Stop _ -> notPermitted(state, "stop", policy);
      case Restart _ -> notPermitted(state, "restart", policy);
      case EnsureHealthy _, Reconfigured _, OfLaunch _ -> unchanged(state, "it is being looked at");
    };
  }

  private static Transition whenLaunching(
      Launching state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (event) {
      case Launched launched -> letGo(state, launched.process(), null, policy, now);
      case NotLaunched _ -> letGo(state, null, null, policy, now);
      case Reconfigured _ ->
          new Transition(
              state,
              List.of(new Effect.CancelLaunch(state.memory().epoch())),
              policy.mode().printed() + " from now on");
      case Start _ -> notPermitted(state, "start", policy);
      case Stop _ -> notPermitted(state, "stop", policy);
      case Restart _ -> notPermitted(state, "restart", policy);
      case EnsureHealthy _, OfLaunch _ -> unchanged(state, "waits for the launch");
    };
  }

  /** What began while it was ours is brought to its end. */
  private static Transition whenEnding(
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return switch (event) {
      case Start _, Restart _, EnsureHealthy _ ->
          new Transition(
              state,
              List.of(
                  new Settle(
                      new Settlement.Aborted(new NotPermitted("start", policy.mode().printed())))),
              "not permitted in mode " + policy.mode().printed());
      case Stop _, Reconfigured _, OfLaunch _ -> {
        Transition ended = ServiceMachine.whenOurs(state, event, policy, now);
        boolean down = ended.next() instanceof Stopped || ended.next() instanceof Failed;
        yield down ? followedBy(ended, letGo(ended.next(), null, null, policy, now)) : ended;
      }
    };
  }

  /** Nothing is launched after it, whatever was to follow. */
  private static AfterEnd nothing(AfterEnd next) {
    return switch (next) {
      case AfterEnd.StayDown _, AfterEnd.GiveUp _ -> next;
      case AfterEnd.StartAgain _, AfterEnd.Recover _ -> new AfterEnd.StayDown(false);
    };
  }
}
