package dev.stoker.http.gateway;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.Traffic.Ticket;
import dev.stoker.domain.service.ServiceState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One sending of a request to one launch of a server. Of one given up nothing is heard any more.
 */
final class Upstream {
  private static final String LOOPBACK = "127.0.0.1";
  private static final long HEALTH_MILLIS = 1000;
  private static final int SERVER_ERROR = 500;

  private final Hop hop;
  private final Exchange exchange;
  private final HttpServerRequest request;
  private final ServiceStatus service;
  private final Instant sentAt = Instant.now();
  private @Nullable HttpClientRequest server;
  private @Nullable Reply reply;
  private @Nullable Ticket ticket;
  private boolean givenUp;

  Upstream(Hop hop, Exchange exchange, HttpServerRequest request, ServiceStatus service) {
    this.hop = hop;
    this.exchange = exchange;
    this.request = request;
    this.service = service;
  }

  /** {@return when it was sent} */
  Instant sentAt() {
    return sentAt;
  }

  /**
   * Counts it in, and only then looks: a server that is to end waits for it, or it is seen to end.
   *
   * @param cut told, on any thread, when its server waits for it no longer
   * @return whether it may be sent
   */
  boolean begin(Runnable cut) {
    ticket = hop.traffic().begin(service.name(), cut);
    if (hasMoved()) {
      over();
    }
    return isUnderWay();
  }

  /** {@return whether it is counted as one that its server has to answer} */
  boolean isUnderWay() {
    return ticket != null;
  }

  /** {@return its answer, where the client gets it already} */
  @Nullable Reply passing() {
    Reply answer = reply;
    return answer != null && answer.isPassing() ? answer : null;
  }

  /** It is answered, or will not be. */
  void over() {
    Ticket open = ticket;
    if (open != null) {
      ticket = null;
      open.end();
    }
  }

  /**
   * Sends it.
   *
   * @param body all of it, or how it begins
   * @param whole whether it is all of it; the rest follows by {@link #forward}
   */
  void send(Buffer body, boolean whole) {
    var _ =
        hop.client()
            .request(to(request.method(), request.uri()))
            .onComplete(
                connected -> {
                  if (connected.failed()) {
                    unlessGivenUp(exchange::unanswered);
                  } else if (givenUp) {
                    connected.result().reset();
                  } else {
                    ask(connected.result(), body, whole);
                  }
                });
  }

  private RequestOptions to(HttpMethod method, String uri) {
    return new RequestOptions()
        .setHost(LOOPBACK)
        .setPort(service.port().number())
        .setMethod(method)
        .setURI(uri);
  }

  private void unlessGivenUp(Runnable task) {
    if (!givenUp) {
      task.run();
    }
  }

  private void ask(HttpClientRequest connected, Buffer body, boolean whole) {
    server = connected;
    try {
      begin(connected, whole);
      if (whole) {
        var _ = connected.end(body);
      } else {
        var _ = connected.write(body);
        exchange.begun();
      }
    } catch (RuntimeException e) {
      // Such as a header that one version of HTTP knows and the other does not.
      exchange.cannotBeSent(e);
    }
  }

  private void begin(HttpClientRequest connected, boolean whole) {
    Headers.toServer(request.headers(), connected.headers());
    connected.putHeader(Headers.REQUEST_ID, exchange.requestId());
    if (!hop.engineKey().isEmpty()) {
      connected.putHeader("Authorization", "Bearer " + hop.engineKey());
    }
    String length = request.getHeader("Content-Length");
    if (!whole && length == null) {
      connected.setChunked(true);
    } else if (!whole) {
      connected.putHeader("Content-Length", length);
    }
    var _ =
        connected
            .response()
            .onComplete(
                answered ->
                    unlessGivenUp(
                        () -> {
                          if (answered.succeeded()) {
                            reply = new Reply(answered.result(), exchange, hop);
                            reply.begin();
                          } else {
                            exchange.unanswered();
                          }
                        }));
  }

  /** Sends more of it, as fast as the server reads. */
  void forward(Buffer part) {
    HttpClientRequest to = Objects.requireNonNull(server, "asked for no more before");
    var _ = to.write(part);
    if (to.writeQueueFull()) {
      request.pause();
      to.drainHandler(_ -> request.resume());
    }
  }

  /** That was all of it. */
  void end() {
    var _ = Objects.requireNonNull(server, "asked for no more before").end();
  }

  /** Nobody waits for it any more; what the server computes for it ends. */
  void giveUp() {
    over();
    if (!givenUp) {
      givenUp = true;
      if (reply != null) {
        // Its answer is told the reset at once: it must not take that for the server's end.
        reply.giveUp();
      }
      HttpClientRequest to = server;
      if (to != null) {
        var _ = to.reset();
      }
    }
  }

  /** Tells whether what the server said is its answer, or only how it ends. */
  void judge(String text, Runnable isAnswer, Runnable isDeath) {
    if (text.contains("EngineDeadError") || hasMoved()) {
      isDeath.run();
      return;
    }
    var _ =
        hop.client()
            .request(to(HttpMethod.GET, "/health").setTimeout(HEALTH_MILLIS))
            .compose(HttpClientRequest::send)
            .onComplete(
                health ->
                    unlessGivenUp(
                        () -> {
                          // One that does not say in time that it is well may just be busy.
                          boolean dies =
                              health.succeeded()
                                  ? health.result().statusCode() >= SERVER_ERROR
                                  : !(health.cause() instanceof TimeoutException);
                          (dies || hasMoved() ? isDeath : isAnswer).run();
                        }));
  }

  /** {@return whether the launch that it was sent to serves no more} */
  boolean hasMoved() {
    return hop.models()
        .now(service.name())
        .filter(now -> now.state() == ServiceState.RUNNING)
        .filter(now -> Objects.equals(now.pid(), service.pid()))
        .isEmpty();
  }
}
