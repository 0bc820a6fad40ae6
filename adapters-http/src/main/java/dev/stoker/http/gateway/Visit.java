package dev.stoker.http.gateway;

import dev.stoker.http.metrics.GatewayMeters;
import dev.stoker.http.metrics.GatewayMeters.Timing;
import io.vertx.core.http.HttpServerRequest;

/** One request of one client: measured, and written down where that is wanted. */
final class Visit {
  private final HttpServerRequest request;
  private final String id;
  private final String client;
  private final AccessLog access;
  private final Timing timing;
  private boolean over;

  Visit(
      HttpServerRequest request, String id, String client, GatewayMeters meters, AccessLog access) {
    this.request = request;
    this.id = id;
    this.client = client;
    this.access = access;
    String path = String.valueOf(request.path());
    this.timing =
        meters.begin(ModelRoute.isOne(path) ? ModelRoute.PATH : InferenceRoutes.label(path));
  }

  /** {@return the id of the request} */
  String id() {
    return id;
  }

  /** {@return its times} */
  Timing timing() {
    return timing;
  }

  /** It ended so; a second time does nothing. */
  void over(int status) {
    if (over) {
      return;
    }
    over = true;
    timing.over(status);
    if (access.isOn()) {
      access.add(
          client,
          request.method().name(),
          String.valueOf(request.path()),
          timing.service(),
          status,
          timing.seconds(),
          id);
    }
  }
}
