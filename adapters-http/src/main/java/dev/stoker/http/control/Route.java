package dev.stoker.http.control;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the API.
 *
 * @param method the HTTP method
 * @param template the path, with places in braces
 * @param handler what it does; may block
 */
record Route(String method, String template, Handler handler) {
  /** Answers a call. */
  @FunctionalInterface
  interface Handler {
    CompletionStage<? extends Answer> answer(Call call);
  }

  /** {@return an operation that is done when its answer is there} */
  static Route of(String method, String template, Function<Call, Answer> work) {
    return new Route(method, template, call -> CompletableFuture.completedFuture(work.apply(call)));
  }

  /** {@return what stands in the places, or null when the path is another} */
  @Nullable Map<String, String> match(String path) {
    List<String> mine = List.of(template.split("/", -1));
    List<String> given = List.of(path.split("/", -1));
    if (mine.size() != given.size()) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < mine.size(); i++) {
      String part = mine.get(i);
      if (part.startsWith("{")) {
        values.put(part.substring(1, part.length() - 1), given.get(i));
      } else if (!part.equals(given.get(i))) {
        return null;
      }
    }
    return values;
  }
}
