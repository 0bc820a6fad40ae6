package dev.stoker.domain.failure;

import dev.stoker.domain.process.ExitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failure was concluded from.
 *
 * @param lines the last lines of output that tell something, oldest first, without terminal escapes
 * @param exit how the process ended, null when it did not
 * @param log where the whole output lies, null when there is none
 */
public record Evidence(List<String> lines, @Nullable ExitStatus exit, @Nullable String log) {
  private static final Evidence NONE = new Evidence(List.of(), null, null);

  /** Copies the lines. */
  public Evidence {
    lines = List.copyOf(lines);
  }

  /** {@return no evidence beyond the failure's own words} */
  public static Evidence none() {
    return NONE;
  }

  /** {@return evidence that is these lines} */
  public static Evidence of(List<String> lines) {
    return new Evidence(lines, null, null);
  }
}
