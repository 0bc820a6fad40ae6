package dev.stoker.domain.service;

import dev.stoker.domain.failure.Failure;
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

/**
 * What of a service's standing must outlive Stoker: written down whenever it changes, before
 * anything is done or answered (D9).
 *
 * @param want what it is meant to be
 * @param memory what every state carries
 */
public record Standing(Want want, Memory memory) {

  /** What a service is meant to be, whatever it is. */
  public sealed interface Want {
    /** It is to serve. */
    record Up() implements Want {}

    /**
     * It is to be down.
     *
     * @param byHand whether somebody wished it; then only a start by hand ends it
     */
    record Down(boolean byHand) implements Want {}

    /**
     * It is not to be tried again until it is started by hand.
     *
     * @param why the reason to show
     */
    record GivenUp(Failure why) implements Want {}

    /** It is somebody else's; a server of it that was ours once goes on untouched. */
    record Watched() implements Want {}
  }

  /** {@return the standing of a service that was never started} */
  public static Standing fresh() {
    return new Standing(new Want.Down(false), Memory.fresh());
  }

  /** {@return what of this state must outlive Stoker} */
  public static Standing of(MachineState state) {
    return new Standing(wantIn(state), state.memory());
  }

  /** {@return the same in a later boot of the machine} */
  public Standing inAnotherBoot() {
    return new Standing(want, memory.with(memory.restarts().inAnotherBoot()));
  }

  private static Want wantIn(MachineState state) {
    return switch (state) {
      case Stopped stopped -> new Want.Down(stopped.byHand());
      case Failed failed -> new Want.GivenUp(failed.why());
      case Launching _, Starting _, Running _, WaitingToRestart _ -> new Want.Up();
      case Draining draining -> wantAfter(draining.next());
      case Stopping stopping -> wantAfter(stopping.next());
      case Sweeping sweeping -> wantAfter(sweeping.next());
      // Kept, though nobody wished it up: it was somebody else's, and is to go on.
      case Recovering recovering ->
          recovering.keep() && recovering.next() instanceof AfterEnd.StayDown
              ? new Want.Watched()
              : wantAfter(recovering.next());
      case Observed _ -> new Want.Watched();
    };
  }

  private static Want wantAfter(AfterEnd next) {
    return switch (next) {
      case AfterEnd.StayDown down -> new Want.Down(down.byHand());
      case AfterEnd.GiveUp up -> new Want.GivenUp(up.why());
      case AfterEnd.StartAgain _, AfterEnd.Recover _ -> new Want.Up();
    };
  }
}
