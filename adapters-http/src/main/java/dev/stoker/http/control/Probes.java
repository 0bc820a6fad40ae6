package dev.stoker.http.control;

import dev.stoker.http.metrics.Meters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What machines ask, not people: whether this Stoker lives, whether it is ready, and what it
 * measures. The first two need no token: they tell nothing of services.
 */
final class Probes {
  private static final Logger log = LoggerFactory.getLogger(Probes.class);
  private static final String LIVE = "/livez";
  private static final String READY = "/readyz";
  private static final String METRICS = "/metrics";
  private static final int OK = 200;
  private static final int FAILED = 500;
  private static final int UNAVAILABLE = 503;

  private final Vertx vertx;
  private final MetricsPage metrics;

  Probes(Vertx vertx, MetricsPage metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
  }

  /** {@return every path} */
  static Set<String> paths() {
    return Set.of(LIVE, READY, METRICS);
  }

  /** {@return whether it is answered without the token} */
  boolean isOpen(String path) {
    return path.equals(LIVE) || path.equals(READY) || (path.equals(METRICS) && metrics.open());
  }

  /**
   * Answers one of them.
   *
   * @param ready whether calls are answered
   */
  void answer(HttpServerRequest request, String path, boolean ready) {
    HttpServerResponse response = request.response();
    switch (path) {
      case METRICS ->
          Thread.ofVirtual()
              .name("metrics")
              .start(() -> tellMetrics(response, request.getHeader("Accept")));
      case READY ->
          write(
              response, ready ? OK : UNAVAILABLE, "text/plain", ready ? "ready\n" : "not ready\n");
      default -> write(response, OK, "text/plain", "alive\n");
    }
  }

  private void tellMetrics(HttpServerResponse response, @Nullable String accept) {
    try {
      Meters.Page page = metrics.meters().page(accept);
      vertx.runOnContext(_ -> write(response, OK, page.type(), page.text()));
    } catch (RuntimeException e) {
      // Such as too many open files: whoever measures is to know, and not to wait.
      log.atError().setCause(e).log("metrics not read");
      String text = "not read: " + e + "\n";
      vertx.runOnContext(_ -> write(response, FAILED, "text/plain", text));
    }
  }

  private static void write(HttpServerResponse response, int status, String type, String text) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status);
    response.putHeader("Content-Type", type);
    response.putHeader("Cache-Control", "no-store");
    response.putHeader("Connection", "close");
    var _ = response.end(text);
  }
}
