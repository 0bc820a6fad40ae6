package dev.stoker.http.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What is asked about models instead of of them: {@code /v1/models} and one of them. */
final class ModelRoute {
  /** The path of the list. */
  static final String PATH = "/v1/models";

  private static final int OK = 200;

  private final ModelTable models;

  ModelRoute(ModelTable models) {
    this.models = models;
  }

  static boolean isOne(String path) {
    return path.equals(PATH) || path.startsWith(PATH + "/");
  }

  /** {@return the status of the answer, which is given} */
  int answer(HttpServerRequest request, String id, String path) {
    if (path.equals(PATH)) {
      json(request, id, models.list());
      return OK;
    }
    String model = decoded(path.substring(PATH.length() + 1));
    Optional<String> card = models.one(model);
    if (card.isEmpty()) {
      OpenAiError unknown = models.unknown(model);
      new Downstream(request, id).fail(unknown);
      return unknown.status();
    }
    json(request, id, card.get());
    return OK;
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not percent-encoded as it should be: taken as it is, no model is called so.
      return part;
    }
  }

  private static void json(HttpServerRequest request, String id, String body) {
    request.response().putHeader(Headers.REQUEST_ID, id);
    var _ = request.response().putHeader("Content-Type", "application/json").end(body);
  }
}
