package dev.stoker.proof;

/** An invariant does not hold. */
public final class BrokenInvariant extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Which, by its number in {@code docs/invariants.md}, and what was seen. */
  public BrokenInvariant(String invariant, String what) {
    super(invariant + ": " + what);
  }
}
