package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.failure.Failure;
import java.util.regex.Pattern;

/**
 * One row of the table of causes ({@code facts-vllm.md} 4.3).
 *
 * @param id its name, as in the corpus
 * @param serving whether a server that serves may end of it; else only a start fails so
 * @param pattern what a trouble's text holds
 * @param maker makes the failure of it
 */
record FailureRow(String id, boolean serving, Pattern pattern, Maker maker) {
  /** Makes a failure of a match. */
  @FunctionalInterface
  interface Maker {
    Failure make(Finding found);
  }

  /** {@return a cause why a start fails} */
  static FailureRow atStart(String id, String pattern, Maker maker) {
    return new FailureRow(id, false, Pattern.compile(pattern), maker);
  }

  /** {@return a cause of which a server may end at any time} */
  static FailureRow always(String id, String pattern, Maker maker) {
    return new FailureRow(id, true, Pattern.compile(pattern), maker);
  }
}
