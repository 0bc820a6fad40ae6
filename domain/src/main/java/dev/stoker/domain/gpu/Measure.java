package dev.stoker.domain.gpu;

/** What is measured of an accelerator, and may be unknown. */
public enum Measure {
  /** All of its memory. */
  TOTAL_MEMORY("total memory", 0, 0x1p60),
  /** What is taken of it. */
  USED_MEMORY("used memory", 0, 0x1p60),
  /** What is free of it. */
  AVAILABLE_MEMORY("available memory", 0, 0x1p60),
  /** How busy it is. */
  UTILIZATION("utilization", 0, 100),
  /** How warm it is. */
  TEMPERATURE("temperature", -100, 500),
  /** What it draws. */
  POWER("power", 0, 1e6),
  /** What it may draw. */
  POWER_LIMIT("power limit", 0, 1e6);

  private final String printed;
  private final double least;
  private final double most;

  Measure(String printed, double least, double most) {
    this.printed = printed;
    this.least = least;
    this.most = most;
  }

  /** {@return whether a machine of this world can have it: bytes, percent, degrees, watts} */
  boolean isPossible(double value) {
    return value >= least && value <= most;
  }

  /** {@return a word or two} */
  public String printed() {
    return printed;
  }
}
