package dev.stoker.http.gateway;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.ControlFailure.AnswerCut;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.http.metrics.GatewayMeters.Timing;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
  private final Visit visit;
  private final Timing timing;
  private final Wait wait;
  private final Intake intake;
  private boolean complete;
  private boolean streamed;
  private @Nullable ServiceStatus to;
  private @Nullable Upstream upstream;
  private @Nullable CompletableFuture<ServiceStatus> awaited;
  private int replays;
  private boolean done;

  Exchange(Hop hop, HttpServerRequest request, Visit visit) {
    this.hop = hop;
    this.request = request;
    this.visit = visit;
    this.client = new Downstream(request, visit.id());
    this.timing = visit.timing();
    this.wait = new Wait(hop, client, timing);
    this.intake = new Intake(hop.room(), hop.limits(), WantedFields.of(request));
  }

  HttpConnection connection() {
    return request.connection();
  }

  String requestId() {
    return visit.id();
  }

  void begin() {
    hop.open().add(this);
    request.response().closeHandler(_ -> gone());
    request.response().exceptionHandler(_ -> gone());
    request.exceptionHandler(_ -> gone());
    request.handler(this::read);
    request.endHandler(_ -> complete());
  }

  private void read(Buffer part) {
    OpenAiError refused = intake.count(part);
    if (done) {
      // Read on for a while, so that the client comes to read what it was told.
      if (intake.isEndless()) {
        var _ = request.connection().close();
      }
    } else if (refused != null) {
      fail(refused);
    } else if (streamed) {
      Objects.requireNonNull(upstream).forward(part);
    } else {
      keep(part);
    }
  }

  private void keep(Buffer part) {
    OpenAiError refused = intake.keep(part);
    if (refused != null) {
      fail(refused);
    } else if (intake.isTooLargeToWait()) {
      streamThrough(intake.kept());
    }
  }

  /** Too large to be kept: sent on as it comes, to a server that is ready, once. */
  private void streamThrough(Buffer soFar) {
    ServiceStatus found = route();
    if (found == null) {
      return;
    }
    if (found.state() != ServiceState.RUNNING) {
      fail(Wait.tooLarge(found));
      return;
    }
    streamed = true;
    intake.forget();
    request.pause();
    send(found, soFar, false);
  }

  /** Its beginning was sent, and the rest may follow. */
  void begun() {
    intake.release();
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
      send(found, intake.kept(), true);
    } else if (found != null) {
      awaitReady(found);
    }
  }

  private @Nullable ServiceStatus route() {
    String model = intake.fields().model();
    if (model == null || model.isEmpty()) {
      fail(ModelTable.missing());
      return null;
    }
    Optional<ServiceStatus> found = hop.models().find(model);
    if (found.isEmpty()) {
      fail(hop.models().unknown(model));
      return null;
    }
    timing.isFor(found.get().name());
    return found.get();
  }

  /** Until it serves, or will not. */
  private void awaitReady(ServiceStatus service) {
    to = service;
    if (hop.isEnding()) {
      fail(GatewayServer.ending());
      return;
    }
    if (!enter()) {
      return;
    }
    CompletableFuture<ServiceStatus> future = hop.orchestrator().ensureHealthy(service.name());
    awaited = future;
    var _ = future.whenComplete((status, problem) -> back(() -> ready(future, status, problem)));
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
      OpenAiError over = wait.look(now, intake.fields().wantsStream());
      if (over != null) {
        fail(over);
      }
    }
  }

  private void ready(
      CompletableFuture<ServiceStatus> future,
      @Nullable ServiceStatus status,
      @Nullable Throwable problem) {
    if (done || awaited != future) {
      return;
    }
    awaited = null;
    wait.end();
    if (status != null) {
      send(status, intake.kept(), true);
    } else {
      fail(OpenAiError.of(Objects.requireNonNull(problem)));
    }
  }

  private void send(ServiceStatus service, Buffer body, boolean whole) {
    to = service;
    Upstream sending = new Upstream(hop, this, request, service);
    upstream = sending;
    if (sending.begin(() -> back(() -> cut(sending)))) {
      sending.send(body, whole);
    } else if (whole) {
      awaitReady(service);
    } else {
      fail(Wait.tooLarge(hop.models().now(service.name()).orElse(service)));
    }
  }

  /** Its server is to end, and waits for it no longer. */
  private void cut(Upstream sending) {
    if (done || upstream != sending || !sending.isUnderWay()) {
      return;
    }
    if (!endEarly(OpenAiError.of(new AnswerCut(Objects.requireNonNull(to).servedName())))) {
      again(Duration.ZERO);
    }
  }

  /** {@return whether an answer was under way, which is ended in the form that it has} */
  private boolean endEarly(OpenAiError why) {
    Reply passing = upstream == null ? null : upstream.passing();
    if (passing == null) {
      return false;
    }
    if (passing.isEvents()) {
      fail(why);
    } else {
      client.cut();
      abandon();
    }
    return true;
  }

  /** This Stoker ends: nothing is waited for any more. */
  void refuseIfWaiting() {
    if (!done && wait.lasts()) {
      fail(GatewayServer.ending());
    }
  }

  /** A client that stops in the middle of its request holds nothing for ever. */
  void lookWhetherItComes() {
    // What is sent on as it comes may be held up by its server.
    if (!done && !complete && !streamed && intake.isSilent()) {
      fail(Intake.INCOMPLETE);
    }
  }

  /** This Stoker has ended. */
  void end() {
    if (!done && !endEarly(GatewayServer.ending())) {
      fail(GatewayServer.ending());
    }
  }

  void cannotBeSent(RuntimeException why) {
    fail(OpenAiError.ofRequest(400, "malformed", "it cannot be passed on: " + why.getMessage()));
  }

  /** {@return who is answered} */
  Downstream client() {
    return client;
  }

  /** The client gets its first byte: it is never sent again, and need not be kept. */
  void answered() {
    timing.answered();
    intake.forget();
    intake.release();
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
    if (!intake.isKept() || replays == MOST_REPLAYS) {
      fail(Outage.beforeItAnswered(service));
      return;
    }
    replays++;
    timing.replayed();
    log.atInfo()
        .addKeyValue("service", service.name())
        .addKeyValue("request", visit.id())
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
    Outage.find(
        Objects.requireNonNull(to),
        hop.history(),
        Objects.requireNonNull(upstream).sentAt(),
        why -> back(() -> fail(why)));
  }

  /** Events were begun, and the server answers at length with something else. */
  void notAStream() {
    fail(Outage.NOT_A_STREAM);
  }

  /** Ends it with that, and what is computed for it. */
  private void fail(OpenAiError error) {
    if (!done) {
      client.fail(error);
      abandon();
    }
  }

  /** The answer is out. */
  void over() {
    finish();
    if (!complete) {
      // What it has not read of the request it will not read: the connection is of no more use.
      Objects.requireNonNull(upstream).giveUp();
      request.resume();
    }
  }

  /** Nothing more comes of it, whatever was under way. */
  private void abandon() {
    finish();
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

  private void finish() {
    done = true;
    wait.end();
    intake.forget();
    intake.release();
    if (upstream != null) {
      upstream.over();
    }
    hop.open().remove(this);
    hop.guests().seen(request.connection());
    visit.over(client.status());
  }

  /** The client hung up: what is computed for it is computed for nobody. */
  private void gone() {
    if (!done) {
      abandon();
    }
  }
}
