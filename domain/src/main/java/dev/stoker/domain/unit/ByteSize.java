package dev.stoker.domain.unit;

import java.util.Locale;

/**
 * A number of bytes that prints itself in the unit a person would choose.
 *
 * @param bytes never negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final long KIB = 1024;
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  /**
   * Checks the sign.
   *
   * @throws IllegalArgumentException when negative
   */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is never negative: " + bytes);
    }
  }

  /** {@return this many gibibytes} */
  public static ByteSize ofGib(long gib) {
    return new ByteSize(Math.multiplyExact(gib, KIB * KIB * KIB));
  }

  /** {@return the size in gibibytes, rounded down} */
  public long toGib() {
    return bytes / (KIB * KIB * KIB);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** {@return one decimal and a binary unit, such as {@code 5.9 GiB}; whole bytes below 1 KiB} */
  @Override
  public String toString() {
    if (bytes < KIB) {
      return bytes + " B";
    }
    double value = (double) bytes / KIB;
    int unit = 0;
    while (value >= KIB && unit < UNITS.length - 1) {
      value /= KIB;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
