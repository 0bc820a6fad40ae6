package dev.stoker.testing;

/** Stoker was killed at this very point: nothing after it is done. */
public final class StokerKilled extends Error {
  private static final long serialVersionUID = 1;

  /** At a named point. */
  public StokerKilled(String point) {
    super(point, null, false, false);
  }
}
