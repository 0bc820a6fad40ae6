package dev.stoker.domain.model;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of a model on the Hugging Face Hub, {@code name} or {@code namespace/name} (FR-026).
 *
 * <p>The rules are those of the Hub's own library ({@code validate_repo_id} of huggingface_hub
 * 1.29), no stricter: what they allow, the Hub decides.
 *
 * @param value the id, case preserved
 */
public record ModelId(String value) {
  private static final int LONGEST_NAME = 96;
  private static final int LONGEST = 256;
  private static final Pattern PART = Pattern.compile("\\w(?:[\\w.-]*\\w)?");

  /**
   * Checks the rules.
   *
   * @throws IllegalArgumentException when the id breaks one, saying which
   */
  public ModelId {
    Optional<String> problem = problemOf(value);
    if (problem.isPresent()) {
      throw new IllegalArgumentException("model id '" + value + "': " + problem.get());
    }
  }

  /** {@return why the text is no id, or empty when it is one} */
  public static Optional<String> problemOf(String text) {
    if (text.isEmpty()) {
      return Optional.of("is empty");
    }
    if (text.length() > LONGEST) {
      return Optional.of("is longer than " + LONGEST + " characters");
    }
    String[] parts = text.split("/", -1);
    if (parts.length > 2) {
      return Optional.of("has more than one '/'; an id is 'name' or 'organisation/name'");
    }
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        return Optional.of(
            "may hold letters, digits, '_', '-' and '.' only, and neither part may be empty or"
                + " begin or end with '-' or '.'");
      }
    }
    if (parts[parts.length - 1].length() > LONGEST_NAME) {
      return Optional.of("its name is longer than " + LONGEST_NAME + " characters");
    }
    if (text.contains("--") || text.contains("..")) {
      return Optional.of("may not hold '--' or '..'");
    }
    return text.endsWith(".git") ? Optional.of("may not end with '.git'") : Optional.empty();
  }

  /** {@return the part behind the namespace} */
  public String name() {
    return value.substring(value.indexOf('/') + 1);
  }

  /** {@return the model's page on the Hub (FR-044)} */
  public URI page() {
    return URI.create("https://huggingface.co/" + value);
  }

  @Override
  public String toString() {
    return value;
  }
}
