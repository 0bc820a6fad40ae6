package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.Retry;
import dev.stoker.domain.failure.ServerFailure.Diagnosed;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table that a trouble matched: what a failure is made of.
 *
 * @param subject what was to be served
 * @param match where the row's pattern was found
 * @param words the trouble in its own words, one line
 * @param evidence the lines that tell it
 */
record Finding(Subject subject, MatchResult match, String words, Evidence evidence) {
  /** {@return what a group of the pattern holds, or {@code ?}} */
  String number(int group) {
    String text = match.group(group);
    return text == null ? "?" : text;
  }

  /** {@return what a group of the pattern holds, or null} */
  @Nullable String group(int group) {
    return match.group(group);
  }

  /** {@return the same failure, with the lines that tell it} */
  Failure evident(Failure known) {
    return failure(known.code(), known.what(), known.cause(), known.remedy(), known.retry());
  }

  Failure failure(ErrorCode code, String what, String cause, String remedy) {
    return failure(code, what, cause, remedy, code.retry());
  }

  Failure failure(ErrorCode code, String what, String cause, String remedy, Retry retry) {
    return new Diagnosed(code, what, cause, remedy, retry, evidence);
  }
}
