package dev.stoker.domain.service;

import static dev.stoker.domain.service.ServiceMachine.unchanged;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.service.MachineState.Failed;
import dev.stoker.domain.service.MachineState.Recovering;
import dev.stoker.domain.service.MachineState.Starting;
import dev.stoker.domain.service.MachineState.Stopped;
import dev.stoker.domain.service.ServiceCommand.EnsureHealthy;
import dev.stoker.domain.service.ServiceCommand.Restart;
import dev.stoker.domain.service.ServiceCommand.Start;
import dev.stoker.domain.service.ServiceCommand.Stop;
import dev.stoker.domain.service.ServiceEvent.Broken;
import dev.stoker.domain.service.ServiceEvent.Found;
import dev.stoker.domain.service.ServiceEvent.OfLaunch;
import dev.stoker.domain.service.ServiceEvent.Reconfigured;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.domain.unit.Moment;
import java.util.List;

/** What becomes of a service that an earlier Stoker had: taken over, ended, or as it was. */
final class Restoration {
  private Restoration() {}

  /**
   * {@return where a service stands that was found in the state on disk, and what is to be done
   * first}
   *
   * @param standing what was written down
   * @param leased whether a launch of it was never proven gone
   */
  static Transition begin(Standing standing, boolean leased, LifecyclePolicy policy, Moment now) {
    Want want = standing.want();
    Memory written = standing.memory().with(standing.memory().restarts().unattended());
    // Of a restart that was under way it is not known when its process came to be: at the latest
    // now.
    boolean underWay = want instanceof Want.Up && written.restarts().launchesSinceReady() > 0;
    Memory memory = underWay ? ServiceMachine.cameToBe(written, now) : written;
    if (!policy.mode().ownsProcess()) {
      return ObservedService.handOver(memory, null, null, policy, now);
    }
    if (!leased && !(want instanceof Want.Up)) {
      return unchanged(
          want instanceof Want.GivenUp up
              ? new Failed(memory, up.why())
              : new Stopped(memory, want instanceof Want.Down down && down.byHand()),
          "as it was");
    }
    AfterEnd next =
        switch (want) {
          case Want.Up _ -> new AfterEnd.Recover(Died.unwatched());
          case Want.Watched _ -> new AfterEnd.StayDown(false);
          case Want.Down down -> new AfterEnd.StayDown(down.byHand());
          // What could not be ended then may have ended since.
          case Want.GivenUp up ->
              up.why().code() == ErrorCode.SURVIVORS
                  ? new AfterEnd.StayDown(true)
                  : new AfterEnd.GiveUp(up.why());
        };
    boolean keep = want instanceof Want.Up || want instanceof Want.Watched;
    return new Transition(
        new Recovering(memory, next, keep, now.wall()),
        List.of(new Effect.Recover(memory.epoch())),
        "an earlier Stoker had it");
  }

  static Transition whenRecovering(
      Recovering state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    Memory memory = state.memory();
    return switch (event) {
      case Found found ->
          state.keep() && found.current()
              ? new Transition(
                  new Starting(memory, found.process(), LoadPhase.ENVIRONMENT, now.wall()),
                  List.of(new Effect.WatchStart(memory.epoch())),
                  "taken over: pid " + found.process().pid())
              : Descent.terminate(
                  memory,
                  found.process(),
                  true,
                  state.keep() ? new AfterEnd.StartAgain() : state.next(),
                  policy,
                  now,
                  state.keep() ? "found, but with other settings" : "found, and not wanted");
      case Broken _ ->
          Descent.sweep(
              memory,
              state.next(),
              state.next() instanceof AfterEnd.Recover,
              now,
              "no main process of it lives");
      case Start _ ->
          new Transition(
              new Recovering(
                  ServiceMachine.forgiven(memory),
                  new AfterEnd.StartAgain(),
                  state.keep(),
                  state.since()),
              List.of(),
              "waits for what is found");
      case Restart _ ->
          new Transition(
              new Recovering(
                  ServiceMachine.forgiven(memory), new AfterEnd.StartAgain(), false, state.since()),
              List.of(),
              "waits for what is found");
      case EnsureHealthy _ -> {
        AfterEnd next = Descent.needed(state.next());
        yield new Transition(
            new Recovering(memory, next, state.keep(), state.since()),
            Descent.tellWhoNeeds(next),
            "waits for what is found");
      }
      case Stop stop ->
          new Transition(
              new Recovering(memory, Descent.stayDown(state.next(), stop), false, state.since()),
              Descent.abortReadyWaiters(),
              "stop wins over what was to follow");
      case Reconfigured _, OfLaunch _ -> unchanged(state, "it is being looked at");
    };
  }
}
