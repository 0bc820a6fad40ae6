package dev.stoker.http.message;

import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.FailureKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A failure as {@code application/problem+json} (RFC 9457), with the catalogue's code and remedy as
 * further members. The same form is printed by commands with {@code --json}.
 */
public final class ProblemDetails {
  private static final int NOT_FOUND = 404;

  private ProblemDetails() {}

  /** {@return the problem that a failure is} */
  public static Map<String, Object> of(Failure failure) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "urn:stoker:error:" + failure.code().code());
    problem.put("title", failure.code().title());
    problem.put("status", statusOf(failure));
    problem.put("detail", failure.what().strip());
    problem.put("code", failure.code().code());
    problem.put("cause", failure.cause());
    problem.put("remedy", failure.remedy());
    problem.put("evidence", failure.evidence().lines());
    problem.put("log", failure.evidence().log());
    return problem;
  }

  /**
   * {@return the failure that a problem tells of; its kind is lost, its words are not}
   *
   * @throws IllegalArgumentException when it is no problem of Stoker's
   */
  public static Reported read(Fields problem) {
    String code = problem.requiredText("code");
    return new Reported(
        ErrorCode.parse(code)
            .orElseThrow(() -> new IllegalArgumentException("unknown code " + code)),
        problem.requiredText("detail"),
        textOf(problem, "cause"),
        textOf(problem, "remedy"),
        new Evidence(List.copyOf(problem.texts("evidence")), null, problem.text("log")));
  }

  private static String textOf(Fields problem, String name) {
    String text = problem.text(name);
    return text == null ? "" : text;
  }

  /** {@return the HTTP status that goes with a failure} */
  public static int statusOf(Failure failure) {
    if (failure instanceof RequestRefused refused) {
      return refused.status();
    }
    return failure.code() == ErrorCode.UNKNOWN_SERVICE
        ? NOT_FOUND
        : statusOf(failure.code().kind());
  }

  /** {@return the HTTP status that goes with a kind of failure} */
  public static int statusOf(FailureKind kind) {
    return switch (kind) {
      case INVALID_INPUT -> 400;
      case RESOURCE, CANCELLED -> 409;
      case INTERNAL -> 500;
      // What is missing here is nothing that the caller did, nor a fault of Stoker.
      case ENVIRONMENT -> 503;
      case UPSTREAM -> 502;
      case TIMEOUT -> 504;
    };
  }
}
