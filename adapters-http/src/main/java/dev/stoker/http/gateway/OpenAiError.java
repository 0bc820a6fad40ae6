package dev.stoker.http.gateway;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.http.message.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An error in the form that clients of the OpenAI API read.
 *
 * @param status the HTTP status
 * @param type such as {@code invalid_request_error}
 * @param code such as {@code model_not_found}, or one of Stoker's catalogue
 * @param message what happened and what to do
 * @param param which field of the request is wrong; null for none
 * @param retryAfter when to try again; null where that would not help
 */
record OpenAiError(
    int status,
    String type,
    String code,
    String message,
    @Nullable String param,
    @Nullable Duration retryAfter) {
  private static final long ALMOST_A_SECOND = 999_999_999;
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;

  /** {@return the request is at fault} */
  static OpenAiError ofRequest(int status, String code, String message) {
    return new OpenAiError(status, "invalid_request_error", code, message, null, null);
  }

  /** {@return the client asks more often than it may} */
  static OpenAiError tooMany(Duration when) {
    return new OpenAiError(
        TOO_MANY,
        "rate_limit_error",
        "rate_limit_exceeded",
        "more requests in a minute than one client may begin; wait "
            + Math.max(1, when.toSeconds())
            + " s",
        null,
        when);
  }

  /** {@return the model cannot be asked, and that will not end by waiting} */
  static OpenAiError of(Failure failure) {
    return new OpenAiError(
        UNAVAILABLE,
        "service_unavailable",
        failure.code().code(),
        failure.what().strip() + "; " + failure.remedy(),
        null,
        null);
  }

  /** {@return the same, of what a future failed with} */
  static OpenAiError of(Throwable problem) {
    Throwable cause =
        problem instanceof CompletionException && problem.getCause() != null
            ? problem.getCause()
            : problem;
    return of(
        cause instanceof LifecycleException known
            ? known.failure()
            : new Internal(String.valueOf(cause)));
  }

  /** {@return the model cannot be asked now} */
  static OpenAiError later(String code, String message, Duration when) {
    return new OpenAiError(UNAVAILABLE, "service_unavailable", code, message, null, when);
  }

  /** {@return the JSON} */
  String json() {
    return Json.of(Map.of("error", members()));
  }

  /**
   * {@return the same as the last events of a stream, in the form of its route}
   *
   * @param path which route
   */
  String events(String path) {
    if (path.startsWith("/v1/messages")) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("type", "error");
      error.put("error", members());
      return "event: error\ndata: " + Json.of(error) + "\n\n";
    }
    if (path.startsWith("/v1/responses")) {
      Map<String, Object> error = new LinkedHashMap<>(members());
      error.put("type", "error");
      return "event: error\ndata: " + Json.of(error) + "\n\n";
    }
    return "data: " + json() + "\n\ndata: [DONE]\n\n";
  }

  private Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("message", message);
    members.put("type", type);
    members.put("param", param);
    members.put("code", code);
    return members;
  }

  /** {@return the value of {@code Retry-After}: whole seconds, at least one; null for none} */
  @Nullable String retrySeconds() {
    return retryAfter == null
        ? null
        : Long.toString(Math.max(1, retryAfter.plusNanos(ALMOST_A_SECOND).toSeconds()));
  }
}
