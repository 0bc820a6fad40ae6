package dev.stoker.domain.service;

import java.util.List;

/**
 * One step of the machine.
 *
 * @param next where the service stands now
 * @param effects what is to be done, in this order
 * @param reason why, in words for the log; also when nothing changed
 */
public record Transition(MachineState next, List<Effect> effects, String reason) {
  /** Copies the list. */
  public Transition {
    effects = List.copyOf(effects);
  }
}
