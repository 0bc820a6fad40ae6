package dev.stoker.http.control;

import dev.stoker.domain.failure.Failure;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import java.util.Map;

/**
 * What a call is answered.
 *
 * @param status the HTTP status
 * @param type the content type
 * @param body the content
 */
record Answer(int status, String type, String body) {
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  static Answer ok(Map<String, Object> body) {
    return new Answer(OK, JSON, Json.of(body));
  }

  static Answer accepted(Map<String, Object> body) {
    return new Answer(ACCEPTED, JSON, Json.of(body));
  }

  static Answer document(String json) {
    return new Answer(OK, JSON, json);
  }

  static Answer problem(Failure failure) {
    return new Answer(
        ProblemDetails.statusOf(failure), PROBLEM, Json.of(ProblemDetails.of(failure)));
  }
}
