package dev.stoker.proof;

import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Transition;
import dev.stoker.domain.unit.Moment;

/** The decisions that are searched: those of Stoker, or those with a bug seeded in them. */
interface Brain {
  /** The real one. */
  Brain REAL = new Brain() {};

  /** {@return what {@link ServiceMachine#step} says} */
  default Transition step(
      MachineState state, ServiceEvent event, LifecyclePolicy policy, Moment now) {
    return ServiceMachine.step(state, event, policy, now);
  }

  /** {@return what {@link ServiceMachine#restore} says} */
  default Transition restore(
      Standing standing, boolean leased, LifecyclePolicy policy, Moment now) {
    return ServiceMachine.restore(standing, leased, policy, now);
  }

  /** {@return what is written down of a state} */
  default Standing standing(MachineState state) {
    return Standing.of(state);
  }

  /** {@return whether effects are run before the standing is written} */
  default boolean actsBeforeWriting() {
    return false;
  }

  /** {@return whether a sweep forgets its lease before it has killed anything} */
  default boolean forgetsBeforeKilling() {
    return false;
  }
}
