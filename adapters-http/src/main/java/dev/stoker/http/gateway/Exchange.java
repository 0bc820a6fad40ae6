package dev.stoker.http.gateway;

import dev.stoker.application.Incident;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.ServiceState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer, on one event loop. It waits for its server where that is not there
 * (FR-015), and is sent again where the server died before it answered (AC-043).
 */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MOST_REPLAYS = 3;
  private static final long LOOK_MILLIS = 50;

  /** A dying server answers for 5 s more, and its end is seen a second later. */
  private static final Duration DYING = Duration.ofSeconds(10);

  /** A connection broken by a server that lives on: as long as its end may go unnoticed. */
  private static final Duration UNNOTICED = Duration.ofMillis(1500);

  private static final long HEALTH_MILLIS = 1000;
  private static final int SERVER_ERROR = 500;

  private final Hop hop;
  private final HttpServerRequest request;
  private final Downstream client;
  private final String requestId;
  private final Instant began = Instant.now();
  private final RequestFields fields = new RequestFields();
  private @Nullable Buffer kept = Buffer.buffer();
  private long taken;
  private @Nullable ServiceStatus to;
  private @Nullable HttpClientRequest upstream;
  private int replays;
  private int attempt;
  private boolean streamed;
  private boolean done;
  private boolean waits;
  private long waitsSince;
  private long ticker = -1;

  Exchange(Hop hop, HttpServerRequest request, String requestId) {
    this.hop = hop;
    this.request = request;
    this.requestId = requestId;
    this.client = new Downstream(request.response(), requestId);
  }

  void begin() {
    request.response().closeHandler(_ -> gone());
    request.response().exceptionHandler(_ -> gone());
    request.exceptionHandler(_ -> gone());
    request.handler(this::read);
    request.endHandler(_ -> complete());
  }

  private void read(Buffer part) {
    if (done) {
      return;
    }
    if (streamed) {
      forward(part);
      return;
    }
    Buffer all = Objects.requireNonNull(kept);
    if (!hop.room().take(part.length())) {
      fail(OpenAiError.later("overloaded", "too many requests are waiting", Duration.ofSeconds(5)));
      return;
    }
    taken += part.length();
    fields.feed(part);
    all.appendBuffer(part);
    if (all.length() > hop.limits().largestBody()) {
      fail(
          OpenAiError.ofRequest(
              413,
              "request_too_large",
              "the body is larger than " + hop.limits().largestBody() + " bytes"));
    } else if (all.length() > hop.limits().keptBody() && fields.model() != null) {
      streamThrough(all);
    }
  }

  /** Too large to be kept: sent on as it comes, to a server that is ready, once. */
  private void streamThrough(Buffer soFar) {
    ServiceStatus found = route();
    if (found == null) {
      return;
    }
    if (found.state() != ServiceState.RUNNING) {
      fail(
          OpenAiError.later(
              "not_ready",
              "'"
                  + found.servedName()
                  + "' is "
                  + found.state().printed()
                  + ", and the request is"
                  + " too large to wait for it",
              left(found).orElse(Duration.ofSeconds(30))));
      return;
    }
    streamed = true;
    kept = null;
    request.pause();
    send(found, soFar);
  }

  private void forward(Buffer part) {
    HttpClientRequest server = upstream;
    if (server != null) {
      var _ = server.write(part);
      if (server.writeQueueFull()) {
        request.pause();
        server.drainHandler(_ -> request.resume());
      }
    }
  }

  private void complete() {
    if (done) {
      return;
    }
    if (streamed) {
      HttpClientRequest server = upstream;
      if (server != null) {
        var _ = server.end();
      }
      return;
    }
    ServiceStatus found = route();
    if (found != null) {
      reach(found);
    }
  }

  private @Nullable ServiceStatus route() {
    String model = fields.model();
    if (model == null || model.isEmpty()) {
      fail(
          new OpenAiError(
              400,
              "invalid_request_error",
              "model_missing",
              "the body has no field 'model'; GET /v1/models lists what there is",
              "model",
              null));
      return null;
    }
    Optional<ServiceStatus> found = hop.models().find(model);
    if (found.isEmpty()) {
      fail(hop.models().unknown(model));
      return null;
    }
    return found.get();
  }

  private void reach(ServiceStatus found) {
    if (found.state() == ServiceState.RUNNING) {
      send(found, null);
    } else {
      awaitReady(found);
    }
  }

  /** Until it serves, or will not. */
  private void awaitReady(ServiceStatus service) {
    if (!enter()) {
      return;
    }
    to = service;
    var _ =
        hop.orchestrator()
            .ensureHealthy(service.name())
            .whenComplete((status, problem) -> back(() -> ready(status, problem)));
    tick();
  }

  private void back(Runnable task) {
    hop.vertx().runOnContext(_ -> task.run());
  }

  private boolean enter() {
    if (waits) {
      return true;
    }
    if (!hop.room().enter()) {
      fail(OpenAiError.later("overloaded", "too many requests are waiting", Duration.ofSeconds(5)));
      return false;
    }
    waits = true;
    waitsSince = System.nanoTime();
    ticker = hop.vertx().setPeriodic(hop.limits().betweenComments().toMillis(), _ -> tick());
    return true;
  }

  private void leave() {
    if (waits) {
      waits = false;
      hop.room().leave();
      hop.vertx().cancelTimer(ticker);
    }
  }

  private void tick() {
    ServiceStatus service = to;
    if (done || !waits || service == null) {
      return;
    }
    ServiceStatus now = statusNow(service).orElse(service);
    Duration waited = Duration.ofNanos(System.nanoTime() - waitsSince);
    Duration left = left(now).orElse(Duration.ZERO);
    boolean events = fields.wantsStream();
    if (waited.compareTo(hop.limits().longestWait()) > 0
        || (!events && left.compareTo(hop.limits().patience()) > 0)) {
      fail(
          OpenAiError.later(
              "not_ready",
              "'" + now.servedName() + "' is not ready yet: " + described(now),
              left.isZero() ? Duration.ofSeconds(30) : left));
    } else if (events && waited.compareTo(hop.limits().betweenComments()) >= 0) {
      client.comment("waiting for '" + now.servedName() + "': " + described(now));
    }
  }

  private static Optional<Duration> left(ServiceStatus status) {
    ModelLoadProgress progress = status.progress();
    return progress == null ? Optional.empty() : Optional.ofNullable(progress.remaining());
  }

  private static String described(ServiceStatus status) {
    String phase = status.phase() == null ? "" : ", " + status.phase().label();
    String rest = left(status).map(each -> ", about " + each.toSeconds() + " s left").orElse("");
    return status.state().printed() + phase + rest;
  }

  private void ready(@Nullable ServiceStatus status, @Nullable Throwable problem) {
    if (done) {
      return;
    }
    leave();
    if (status != null) {
      send(status, null);
    } else {
      fail(OpenAiError.of(failureOf(Objects.requireNonNull(problem))));
    }
  }

  private static Failure failureOf(Throwable problem) {
    Throwable cause =
        problem instanceof CompletionException && problem.getCause() != null
            ? problem.getCause()
            : problem;
    return cause instanceof LifecycleException known
        ? known.failure()
        : new Internal(String.valueOf(cause));
  }

  /** Sends it, whole or its beginning. */
  private void send(ServiceStatus service, @Nullable Buffer beginning) {
    to = service;
    int mine = ++attempt;
    RequestOptions options =
        new RequestOptions()
            .setHost(LOOPBACK)
            .setPort(service.port().number())
            .setMethod(request.method())
            .setURI(request.uri());
    var _ =
        hop.client()
            .request(options)
            .onComplete(
                connected -> {
                  if (done || mine != attempt) {
                    if (connected.succeeded()) {
                      connected.result().reset();
                    }
                  } else if (connected.failed()) {
                    unanswered();
                  } else {
                    ask(connected.result(), beginning, mine);
                  }
                });
  }

  private void ask(HttpClientRequest server, @Nullable Buffer beginning, int mine) {
    upstream = server;
    Headers.toServer(request.headers(), server.headers());
    server.putHeader(Headers.REQUEST_ID, requestId);
    if (!hop.engineKey().isEmpty()) {
      server.putHeader("Authorization", "Bearer " + hop.engineKey());
    }
    var _ =
        server
            .response()
            .onComplete(
                answered -> {
                  if (done || mine != attempt) {
                    return;
                  }
                  if (answered.succeeded()) {
                    new Reply(answered.result(), client, this, hop.vertx()).begin();
                  } else {
                    unanswered();
                  }
                });
    if (beginning == null) {
      var _ = server.end(Objects.requireNonNull(kept));
      return;
    }
    String length = request.getHeader("Content-Length");
    if (length == null) {
      server.setChunked(true);
    } else {
      server.putHeader("Content-Length", length);
    }
    var _ = server.write(beginning);
    request.resume();
  }

  /** The client gets its first byte: it is never sent again, and need not be kept. */
  void answered() {
    kept = null;
    releaseBytes();
  }

  /** Tells whether what a server said is the answer, or only how it ends. */
  void judge(String text, Runnable isAnswer) {
    if (text.contains("EngineDeadError") || hasMoved()) {
      again(DYING);
      return;
    }
    int mine = attempt;
    ServiceStatus service = Objects.requireNonNull(to);
    var _ =
        hop.client()
            .request(
                new RequestOptions()
                    .setHost(LOOPBACK)
                    .setPort(service.port().number())
                    .setMethod(HttpMethod.GET)
                    .setURI("/health")
                    .setTimeout(HEALTH_MILLIS))
            .compose(HttpClientRequest::send)
            .onComplete(
                health -> {
                  if (done || mine != attempt) {
                    return;
                  }
                  // One that does not say in time that it is well may just be busy.
                  boolean refused =
                      health.succeeded() && health.result().statusCode() >= SERVER_ERROR;
                  if (refused || hasMoved()) {
                    again(DYING);
                  } else {
                    isAnswer.run();
                  }
                });
  }

  /** No answer came. */
  void unanswered() {
    again(UNNOTICED);
  }

  private boolean hasMoved() {
    ServiceStatus before = Objects.requireNonNull(to);
    return statusNow(before)
        .filter(now -> now.state() == ServiceState.RUNNING)
        .filter(now -> Objects.equals(now.pid(), before.pid()))
        .isEmpty();
  }

  /** {@return how it stands; empty when it is known no more} */
  private Optional<ServiceStatus> statusNow(ServiceStatus service) {
    try {
      return Optional.of(hop.orchestrator().status(service.name()));
    } catch (LifecycleException e) {
      return Optional.empty();
    }
  }

  private void again(Duration noticedWithin) {
    if (done) {
      return;
    }
    attempt++;
    HttpClientRequest server = upstream;
    if (server != null) {
      upstream = null;
      var _ = server.reset();
    }
    ServiceStatus service = Objects.requireNonNull(to);
    if (kept == null || replays == MOST_REPLAYS) {
      fail(
          OpenAiError.later(
              ErrorCode.ENGINE_DIED.code(),
              "the server of '" + service.servedName() + "' ended before it answered",
              left(service).orElse(Duration.ofSeconds(10))));
      return;
    }
    replays++;
    log.atInfo()
        .addKeyValue("service", service.name())
        .addKeyValue("request", requestId)
        .addKeyValue("replay", replays)
        .log("asked again");
    if (enter()) {
      awaitNext(System.nanoTime() + noticedWithin.toNanos());
    }
  }

  /** That it is gone may not be known yet: until then it counts as ready. */
  private void awaitNext(long until) {
    if (done) {
      return;
    }
    if (hasMoved() || System.nanoTime() > until) {
      awaitReady(Objects.requireNonNull(to));
    } else {
      hop.vertx().setTimer(LOOK_MILLIS, _ -> awaitNext(until));
    }
  }

  /** Events were begun, and the server answers at length with something else. */
  void notAStream() {
    HttpClientRequest server = upstream;
    fail(
        new OpenAiError(
            502, "server_error", "not_a_stream", "the server's answer is no stream", null, null));
    if (server != null) {
      var _ = server.reset();
    }
  }

  /** A stream that has begun and will not go on. */
  void brokenStream() {
    ServiceStatus service = Objects.requireNonNull(to);
    Thread.ofVirtual()
        .name("gateway-incident")
        .start(
            () -> {
              Optional<Incident> why = incident(service);
              back(() -> fail(broken(service, why)));
            });
  }

  /** What ended it is written down a moment later. */
  private Optional<Incident> incident(ServiceStatus service) {
    long until = System.nanoTime() + UNNOTICED.toNanos();
    while (System.nanoTime() < until) {
      List<Incident> last = hop.history().incidents(service.name(), 1);
      if (!last.isEmpty() && last.getLast().at().isAfter(began)) {
        return Optional.of(last.getLast());
      }
      LockSupport.parkNanos(LOOK_MILLIS * 1_000_000);
    }
    return Optional.empty();
  }

  private static OpenAiError broken(ServiceStatus service, Optional<Incident> why) {
    String what =
        why.map(each -> each.failure().what() + " (incident " + each.id() + ")")
            .orElse("the connection to it broke");
    String code =
        why.map(each -> each.failure().code().code()).orElse(ErrorCode.ENGINE_DIED.code());
    return new OpenAiError(
        502,
        "server_error",
        code,
        "the answer of '" + service.servedName() + "' ended early: " + what,
        null,
        null);
  }

  private void fail(OpenAiError error) {
    if (!done) {
      client.fail(error);
      over();
    }
  }

  /** Nothing more is to be done for it; what still comes of it is read and forgotten. */
  void over() {
    done = true;
    if (streamed) {
      request.resume();
    }
    leave();
    kept = null;
    releaseBytes();
  }

  private void releaseBytes() {
    hop.room().release(taken);
    taken = 0;
  }

  /** The client hung up: what is computed for it is computed for nobody. */
  private void gone() {
    if (done) {
      return;
    }
    HttpClientRequest server = upstream;
    over();
    if (server != null) {
      var _ = server.reset();
    }
  }
}
