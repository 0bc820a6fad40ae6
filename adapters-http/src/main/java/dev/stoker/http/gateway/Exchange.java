package dev.stoker.http.gateway;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.service.ServiceState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer, on one event loop. It waits for its server where that is not there
 * (FR-015), and is sent again where the server died before it answered (AC-043, AC-044).
 */
final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);
  private static final int MOST_REPLAYS = 3;
  private static final long LOOK_MILLIS = 50;

  /** A dying server answers for 5 s more, and its end is seen a second later. */
  private static final Duration DYING = Duration.ofSeconds(10);

  /** A connection broken by a server that lives on: as long as its end may go unnoticed. */
  private static final Duration UNNOTICED = Duration.ofMillis(1500);

  private final Hop hop;
  private final HttpServerRequest request;
  private final Downstream client;
  private final String requestId;
  private final Wait wait;
  private final RequestFields fields = new RequestFields();

  /** The whole body, as far as it came; null once it is not needed, or too large. */
  private @Nullable Buffer kept = Buffer.buffer();

  /** How much of it counts as kept. */
  private long taken;

  private long received;
  private boolean complete;
  private boolean streamed;
  private @Nullable ServiceStatus to;
  private @Nullable Upstream upstream;
  private @Nullable CompletableFuture<ServiceStatus> awaited;
  private int replays;
  private boolean done;

  Exchange(Hop hop, HttpServerRequest request, String requestId) {
    this.hop = hop;
    this.request = request;
    this.requestId = requestId;
    this.client = new Downstream(request, requestId);
    this.wait = new Wait(hop, client);
  }

  String requestId() {
    return requestId;
  }

  void begin() {
    request.response().closeHandler(_ -> gone());
    request.response().exceptionHandler(_ -> gone());
    request.exceptionHandler(_ -> gone());
    request.handler(this::read);
    request.endHandler(_ -> complete());
  }

  private void read(Buffer part) {
    received += part.length();
    long largest = hop.limits().largestBody();
    if (done) {
      // Read on for a while, so that the client comes to read what it was told.
      if (received > 2 * largest) {
        var _ = request.connection().close();
      }
    } else if (received > largest) {
      fail(
          OpenAiError.ofRequest(
              413, "request_too_large", "the body is larger than " + largest + " bytes"));
    } else if (streamed) {
      Objects.requireNonNull(upstream).forward(part);
    } else {
      keep(part);
    }
  }

  private void keep(Buffer part) {
    if (!hop.room().take(part.length())) {
      fail(
          OpenAiError.later(
              "overloaded", "too many bytes of requests are kept", Duration.ofSeconds(5)));
      return;
    }
    taken += part.length();
    fields.feed(part);
    Buffer all = Objects.requireNonNull(kept).appendBuffer(part);
    if (all.length() > hop.limits().keptBody() && fields.model() != null) {
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
                  + ", and the request is too large to wait for it",
              Wait.left(found).orElse(Wait.SOME_TIME)));
      return;
    }
    streamed = true;
    kept = null;
    request.pause();
    send(found, soFar, false);
  }

  /** Its beginning was sent, and the rest may follow. */
  void begun() {
    releaseBytes();
    request.resume();
  }

  private void complete() {
    complete = true;
    if (done) {
      return;
    }
    if (streamed) {
      Objects.requireNonNull(upstream).end();
      return;
    }
    ServiceStatus found = route();
    if (found != null && found.state() == ServiceState.RUNNING) {
      send(found, Objects.requireNonNull(kept), true);
    } else if (found != null) {
      awaitReady(found);
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

  /** Until it serves, or will not. */
  private void awaitReady(ServiceStatus service) {
    to = service;
    if (!enter()) {
      return;
    }
    CompletableFuture<ServiceStatus> future = hop.orchestrator().ensureHealthy(service.name());
    awaited = future;
    var _ = future.whenComplete((status, problem) -> back(() -> ready(status, problem)));
    tick();
  }

  private void back(Runnable task) {
    hop.context().runOnContext(_ -> task.run());
  }

  /** {@return whether it may wait} */
  private boolean enter() {
    OpenAiError refused = wait.begin(this::tick);
    if (refused != null) {
      fail(refused);
    }
    return refused == null;
  }

  private void tick() {
    ServiceStatus service = to;
    if (!done && wait.lasts() && service != null) {
      ServiceStatus now = hop.models().now(service.name()).orElse(service);
      OpenAiError over = wait.look(now, fields.wantsStream());
      if (over != null) {
        fail(over);
      }
    }
  }

  private void ready(@Nullable ServiceStatus status, @Nullable Throwable problem) {
    if (done) {
      return;
    }
    awaited = null;
    wait.end();
    if (status != null) {
      send(status, Objects.requireNonNull(kept), true);
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

  private void send(ServiceStatus service, Buffer body, boolean whole) {
    to = service;
    Upstream sending = new Upstream(hop, this, request, service);
    upstream = sending;
    sending.send(body, whole);
  }

  void cannotBeSent(RuntimeException problem) {
    fail(
        OpenAiError.ofRequest(400, "malformed", "it cannot be passed on: " + problem.getMessage()));
  }

  /** A server begins to answer. */
  void answers(HttpClientResponse answer) {
    new Reply(answer, client, this, hop).begin();
  }

  /** The client gets its first byte: it is never sent again, and need not be kept. */
  void answered() {
    kept = null;
    releaseBytes();
  }

  /** Tells whether what a server said is the answer, or only how it ends. */
  void judge(String text, Runnable isAnswer) {
    Objects.requireNonNull(upstream).judge(text, isAnswer, () -> again(DYING));
  }

  /** No answer came. */
  void unanswered() {
    again(UNNOTICED);
  }

  private void again(Duration noticedWithin) {
    if (done) {
      return;
    }
    Upstream before = Objects.requireNonNull(upstream);
    before.giveUp();
    ServiceStatus service = Objects.requireNonNull(to);
    if (kept == null || replays == MOST_REPLAYS) {
      fail(
          OpenAiError.later(
              ErrorCode.ENGINE_DIED.code(),
              "the server of '" + service.servedName() + "' ended before it answered",
              Wait.left(service).orElse(Wait.SOME_TIME)));
      return;
    }
    replays++;
    log.atInfo()
        .addKeyValue("service", service.name())
        .addKeyValue("request", requestId)
        .addKeyValue("replay", replays)
        .log("asked again");
    if (enter()) {
      awaitEnd(before, System.nanoTime() + noticedWithin.toNanos());
    }
  }

  /** That it is gone may not be known yet: until then it counts as ready. */
  private void awaitEnd(Upstream before, long until) {
    if (done) {
      return;
    }
    if (before.hasMoved() || System.nanoTime() > until) {
      awaitReady(Objects.requireNonNull(to));
    } else {
      hop.vertx().setTimer(LOOK_MILLIS, _ -> awaitEnd(before, until));
    }
  }

  /** A stream that has begun and will not go on. */
  void brokenStream() {
    if (done) {
      return;
    }
    ServiceStatus service = Objects.requireNonNull(to);
    Instant since = Objects.requireNonNull(upstream).sentAt();
    Thread.ofVirtual()
        .name("gateway-incident")
        .start(
            () -> {
              OpenAiError why = Outage.of(service, hop.history(), since);
              back(() -> fail(why));
            });
  }

  /** Events were begun, and the server answers at length with something else. */
  void notAStream() {
    fail(
        new OpenAiError(
            502, "server_error", "not_a_stream", "the server's answer is no stream", null, null));
  }

  private void fail(OpenAiError error) {
    if (!done) {
      client.fail(error);
      abandon();
    }
  }

  /** The answer is out. */
  void over() {
    done = true;
    wait.end();
    kept = null;
    releaseBytes();
    if (!complete) {
      // What it has not read of the request it will not read: the connection is of no more use.
      Objects.requireNonNull(upstream).giveUp();
      request.resume();
    }
  }

  /** Nothing more comes of it, whatever was under way. */
  private void abandon() {
    done = true;
    wait.end();
    kept = null;
    releaseBytes();
    if (upstream != null) {
      upstream.giveUp();
    }
    if (awaited != null) {
      // Only this waiting ends: the start goes on.
      awaited.cancel(false);
    }
    if (!complete) {
      request.resume();
    }
  }

  private void releaseBytes() {
    hop.room().release(taken);
    taken = 0;
  }

  /** The client hung up: what is computed for it is computed for nobody. */
  private void gone() {
    if (!done) {
      abandon();
    }
  }
}
