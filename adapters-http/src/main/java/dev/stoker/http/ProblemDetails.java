package dev.stoker.http;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.FailureKind;
import java.util.List;

/**
 * A failure as {@code application/problem+json} (RFC 9457), with the catalogue's code and remedy as
 * further members. The same form is printed by commands with {@code --json}.
 *
 * @param type a reference to the catalogue's row
 * @param title the row's title
 * @param status the HTTP status that goes with it
 * @param detail what happened
 * @param code the stable code, such as {@code VLM-005}
 * @param cause why most likely; may be empty
 * @param remedy what to do
 * @param evidence the lines it was concluded from; may be empty
 */
public record ProblemDetails(
    String type,
    String title,
    int status,
    String detail,
    String code,
    String cause,
    String remedy,
    List<String> evidence) {
  private static final JsonAdapter<ProblemDetails> JSON =
      new Moshi.Builder().build().adapter(ProblemDetails.class);

  /** Copies the list. */
  public ProblemDetails {
    evidence = List.copyOf(evidence);
  }

  /** {@return the problem that a failure is} */
  public static ProblemDetails of(Failure failure) {
    return new ProblemDetails(
        "urn:stoker:error:" + failure.code().code(),
        failure.code().title(),
        statusOf(failure.code().kind()),
        failure.what().strip(),
        failure.code().code(),
        failure.cause(),
        failure.remedy(),
        failure.evidence().lines());
  }

  /** {@return the HTTP status that goes with a kind of failure} */
  public static int statusOf(FailureKind kind) {
    return switch (kind) {
      case INVALID_INPUT -> 400;
      case RESOURCE, CANCELLED -> 409;
      case ENVIRONMENT, INTERNAL -> 500;
      case UPSTREAM -> 502;
      case TIMEOUT -> 504;
    };
  }

  /** {@return the problem as one line of JSON} */
  public String toJson() {
    return JSON.toJson(this);
  }
}
