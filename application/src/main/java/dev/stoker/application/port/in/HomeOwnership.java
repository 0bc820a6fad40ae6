package dev.stoker.application.port.in;

import java.util.List;

/** One Stoker owns a home at a time. */
public interface HomeOwnership {
  /**
   * Takes the home for this process and opens its state; given back when the process ends, however
   * it ends.
   *
   * @param what what this Stoker does, such as {@code up demo}: shown to others
   * @return what the user should know, such as a state file that was set aside; most often empty
   * @throws dev.stoker.domain.failure.LifecycleException when another has it, or its state is
   *     unusable
   */
  List<String> take(String what);

  /** Closes the state and gives the home back. */
  void giveBack();
}
