package dev.stoker.http.control;

import dev.stoker.domain.failure.Failure;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a call is answered. */
sealed interface Answer {
  /**
   * At once.
   *
   * @param status the HTTP status
   * @param type the content type
   * @param body the content
   */
  record Whole(int status, String type, String body) implements Answer {}

  /**
   * As it comes, as server-sent events: {@code data} with members for each part, {@code end} when
   * it is whole, {@code error} with a problem when it breaks off. What fails before its first part
   * is a problem of its own.
   *
   * @param source runs to the end, on a thread that may block, and hands on each part
   */
  record Parts(Consumer<PartSink> source) implements Answer {}

  String JSON = "application/json";
  String PROBLEM = "application/problem+json";

  static Whole ok(Map<String, ? extends @Nullable Object> body) {
    return new Whole(200, JSON, Json.of(body));
  }

  static Whole accepted(Map<String, Object> body) {
    return new Whole(202, JSON, Json.of(body));
  }

  static Whole document(String json) {
    return new Whole(200, JSON, json);
  }

  static Whole problem(Failure failure) {
    return new Whole(
        ProblemDetails.statusOf(failure), PROBLEM, Json.of(ProblemDetails.of(failure)));
  }
}
