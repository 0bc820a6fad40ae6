package dev.stoker.domain.service;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a service: it names folders and rows, so it is kept simple.
 *
 * @param value 1 to 63 of {@code a-z 0-9 . _ -}, beginning and ending with a letter or digit
 */
public record ServiceName(String value) implements Comparable<ServiceName> {
  /** What is allowed, for messages. */
  public static final String ALLOWED =
      "1 to 63 of a-z, 0-9, '.', '_', '-', beginning and ending with a letter or digit";

  private static final int LONGEST = 63;
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");

  /** The service that {@code providers.vllm} alone defines. */
  public static final ServiceName DEFAULT = new ServiceName("default");

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException when it is another
   */
  public ServiceName {
    if (!isValid(value)) {
      throw new IllegalArgumentException("service name '" + value + "': " + ALLOWED);
    }
  }

  /** {@return whether the text can be a name} */
  public static boolean isValid(String text) {
    return SHAPE.matcher(text).matches();
  }

  /** {@return a name made of any text: lower case, what is not allowed becomes '-'} */
  public static ServiceName slugOf(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-");
    String cut = lower.length() > LONGEST ? lower.substring(0, LONGEST) : lower;
    String trimmed = cut.replaceAll("^[^a-z0-9]+|[^a-z0-9]+$", "");
    return trimmed.isEmpty() ? new ServiceName("model") : new ServiceName(trimmed);
  }

  @Override
  public int compareTo(ServiceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
