package dev.stoker.domain.config;

/**
 * One thing wrong with a configuration, said so that the user can mend it (FR-041, FR-042).
 *
 * @param key the key or flag as the user would write it
 * @param value the value found, as text; empty when it is missing
 * @param allowed what is allowed there, and what to do
 * @param origin where the value came from, such as {@code .agent/config.yml:4:9} or {@code flag}
 */
public record Violation(String key, String value, String allowed, String origin) {
  /** {@return one line: key, value, origin and what is allowed} */
  public String line() {
    String shown = value.isEmpty() ? "" : " = " + value;
    return key + shown + " (" + origin + "): " + allowed;
  }
}
