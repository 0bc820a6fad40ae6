package dev.stoker.testing;

/** Decides at each point where Stoker touches the world whether it is killed there. */
public interface Fate {
  /** Never. */
  Fate KIND = _ -> {};

  /**
   * Called before and after each touch.
   *
   * @param point such as {@code before launch}
   * @throws StokerKilled when it is killed there
   */
  void at(String point);
}
