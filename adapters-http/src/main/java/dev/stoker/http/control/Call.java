package dev.stoker.http.control;

import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.Fields;
import dev.stoker.http.message.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants.
 *
 * @param values what stands in the places of the address
 * @param query what stands behind the question mark
 * @param body the content; may be empty
 * @param key under which it is done once; null where it is done each time
 */
record Call(
    Map<String, String> values, Map<String, String> query, String body, @Nullable String key) {
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;

  Call {
    values = Map.copyOf(values);
    query = Map.copyOf(query);
  }

  /** {@return what is asked, in words that are the same for the same} */
  String what(String operation) {
    return operation + " " + new TreeMap<>(values) + " " + new TreeMap<>(query) + " " + body;
  }

  /** {@return the service that the address names} */
  ServiceName service() {
    String name = values.getOrDefault("name", "");
    if (!ServiceName.isValid(name)) {
      throw refused("service name '" + name + "' must be " + ServiceName.ALLOWED);
    }
    return new ServiceName(name);
  }

  /** {@return the service that the query names, or null where it names none} */
  @Nullable ServiceName namedService() {
    String name = query.get("service");
    if (name != null && !ServiceName.isValid(name)) {
      throw refused("query parameter service = " + name + " must be " + ServiceName.ALLOWED);
    }
    return name == null ? null : new ServiceName(name);
  }

  /** {@return the moment that the query names, or the beginning of time} */
  Instant since() {
    String since = query.get("since");
    try {
      return since == null ? Instant.EPOCH : Instant.parse(since);
    } catch (DateTimeParseException e) {
      throw refused(
          "query parameter since = " + since + " must be a time such as 2026-11-22T10:00:00Z");
    }
  }

  /** {@return whether the caller waits until it is done} */
  boolean waits() {
    String wait = query.getOrDefault("wait", "false");
    if (!wait.equals("true") && !wait.equals("false")) {
      throw refused("query parameter wait = " + wait + " must be true or false");
    }
    return wait.equals("true");
  }

  /** {@return the number of a query parameter} */
  int number(String name, int fallback, int most) {
    String text = query.get(name);
    if (text == null) {
      return fallback;
    }
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
      throw refused(
          "query parameter " + name + " = " + text + " must be a whole number from 1 to " + most);
    }
    return Integer.parseInt(text);
  }

  /** {@return the content as an object} */
  Fields fields() {
    try {
      return Json.object(body);
    } catch (IllegalArgumentException e) {
      throw refused("the body " + e.getMessage());
    }
  }

  /** {@return what the content says; whatever is wrong with it is refused} */
  <T> T read(Function<Fields, T> reading) {
    Fields fields = fields();
    try {
      return reading.apply(fields);
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /** {@return that it is about something that is not there} */
  static LifecycleException notThere(String problem) {
    return new LifecycleException(new RequestRefused(problem, NOT_FOUND, "look what there is"));
  }

  static LifecycleException refused(String problem) {
    return new LifecycleException(
        new RequestRefused(problem, BAD_REQUEST, "see the API at /openapi.json, or docs/api.md"));
  }
}
