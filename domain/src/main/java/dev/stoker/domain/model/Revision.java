package dev.stoker.domain.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A state of a model's repository: a branch, a tag, or a commit (FR-026).
 *
 * @param value as the Hub names it
 */
public record Revision(String value) {
  private static final Pattern ALLOWED = Pattern.compile("\\w[\\w./-]{0,254}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** The branch that is meant when none is named. */
  public static final Revision MAIN = new Revision("main");

  /**
   * Checks the rules: it becomes part of a path and of an argument.
   *
   * @throws IllegalArgumentException when it breaks one, saying which
   */
  public Revision {
    Optional<String> problem = problemOf(value);
    if (problem.isPresent()) {
      throw new IllegalArgumentException("revision '" + value + "' " + problem.get());
    }
  }

  /** {@return why the text is no revision, or empty when it is one} */
  public static Optional<String> problemOf(String text) {
    boolean fine =
        ALLOWED.matcher(text).matches()
            && !text.contains("..")
            && !text.contains("//")
            && !text.contains("/.")
            && !text.endsWith("/")
            && !text.endsWith(".lock");
    return fine
        ? Optional.empty()
        : Optional.of("is no branch, tag or commit: letters, digits, '_', '-', '.' and '/'");
  }

  /** {@return whether it names one state for ever} */
  public boolean isCommit() {
    return COMMIT.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
