package dev.stoker.domain.unit;

/**
 * A share of a device's memory: above 0.0, up to 1.0 (FR-028).
 *
 * @param share the share itself, 0.9 meaning nine tenths
 */
public record Utilization(double share) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when not above 0.0 and at most 1.0
   */
  public Utilization {
    if (!isValid(share)) {
      throw new IllegalArgumentException("share " + share + " is not above 0.0 and at most 1.0");
    }
  }

  /** {@return whether the number can be a share; never for NaN} */
  public static boolean isValid(double share) {
    return share > 0.0 && share <= 1.0;
  }

  @Override
  public String toString() {
    return Double.toString(share);
  }
}
