package dev.stoker.domain.unit;

/**
 * A TCP port a server can listen on (FR-008, FR-040).
 *
 * @param number from {@value #LOWEST} to {@value #HIGHEST}
 */
public record Port(int number) {
  /** The lowest port; 0 would mean "any", which is never what a user of a service wants. */
  public static final int LOWEST = 1;

  /** The highest port. */
  public static final int HIGHEST = 65535;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when the number is no port
   */
  public Port {
    if (!isValid(number)) {
      throw new IllegalArgumentException(
          "port " + number + " is not in " + LOWEST + " to " + HIGHEST);
    }
  }

  /** {@return whether the number can be a port} */
  public static boolean isValid(long number) {
    return number >= LOWEST && number <= HIGHEST;
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
