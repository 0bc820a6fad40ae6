package dev.stoker.http.control;

import dev.stoker.application.port.in.MachineServices;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import dev.stoker.domain.failure.ControlFailure.OwnPortInUse;
import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.http.access.EventLoops;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on 127.0.0.1: one event loop reads and writes, every call is handled on a virtual thread
 * of its own.
 */
public final class ControlServer {
  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);
  private static final String API = "see the API at /openapi.json";
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration TO_END = Duration.ofSeconds(10);
  private static final int LARGEST_BODY = 64 * 1024;
  private static final int LARGEST_HEADERS = 8 * 1024;
  private static final int LARGEST_LINE = 4 * 1024;
  private static final long BODY_MILLIS = 10_000;

  /** More at once than any use needs; further ones are closed at once. */
  private static final int MOST_CONNECTIONS = 64;

  private final AtomicInteger connections = new AtomicInteger();

  /** Those that have asked nothing yet. */
  private final Set<HttpConnection> silent = ConcurrentHashMap.newKeySet();

  private final Vertx vertx;
  private final HttpServer server;
  private final List<Route> routes;
  private final Guard guard;
  private final EventStream events;
  private final Subscription subscription;
  private final Probes probes;
  private final Set<Thread> working = ConcurrentHashMap.newKeySet();
  private volatile Stage stage = Stage.STARTING;

  private enum Stage {
    STARTING,
    OPEN,
    ENDING
  }

  private ControlServer(
      Vertx vertx,
      HttpServer server,
      RunningServices services,
      MachineServices machine,
      ControlAddress address,
      MetricsPage metrics) {
    this.probes = new Probes(vertx, metrics);
    this.vertx = vertx;
    this.server = server;
    this.routes = routes(services, machine, address);
    this.guard = new Guard(address.token());
    this.events = new EventStream(services.history(), InstantSource.system());
    this.subscription = services.orchestrator().listen(events::add);
  }

  static List<Route> routes(
      RunningServices services, MachineServices machine, ControlAddress address) {
    return Stream.of(
            new Routes(services, address.version()).all(),
            new MachineRoutes(machine, address.configuration()).all(),
            new ModelRoutes(machine.models()).all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Starts it.
   *
   * @param metrics what it shows to who measures
   * @throws LifecycleException when the port is taken
   */
  public static ControlServer start(
      RunningServices services,
      MachineServices machine,
      ControlAddress address,
      MetricsPage metrics) {
    Vertx vertx = EventLoops.start(1);
    HttpServer server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setHost(LOOPBACK)
                .setPort(address.port())
                // With it a connection is not seen before its first byte: it could be silent for
                // ever, and is counted nowhere.
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(LARGEST_HEADERS)
                .setMaxInitialLineLength(LARGEST_LINE));
    ControlServer control = new ControlServer(vertx, server, services, machine, address, metrics);
    server.requestHandler(control::handle);
    server.connectionHandler(control::admit);
    // What is logged when no file can be opened any more must not need one: the JDK's own log does.
    var _ = ZoneId.systemDefault().getRules();
    server.invalidRequestHandler(HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER);
    try {
      server.listen().toCompletionStage().toCompletableFuture().get();
      return control;
    } catch (ExecutionException e) {
      control.close();
      throw new LifecycleException(new OwnPortInUse("control", address.port()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      control.close();
      throw new LifecycleException(new Internal("interrupted"), e);
    }
  }

  /** {@return where it answers} */
  public URI address() {
    return URI.create("http://" + LOOPBACK + ":" + server.actualPort());
  }

  /** Ends it; open calls are cut, and what they have begun that would take long. */
  public void close() {
    List<Thread> cut = List.copyOf(working);
    cut.forEach(Thread::interrupt);
    try {
      // They have programs of their own to end.
      long end = System.nanoTime() + TO_END.toNanos();
      for (Thread each : cut) {
        each.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    subscription.close();
    EventLoops.close(vertx);
  }

  /** Connections cost files, and servers need those too: one is for one call, which comes soon. */
  private void admit(HttpConnection connection) {
    connection.closeHandler(
        _ -> {
          connections.decrementAndGet();
          silent.remove(connection);
        });
    if (connections.incrementAndGet() > MOST_CONNECTIONS) {
      var _ = connection.close();
      return;
    }
    silent.add(connection);
    vertx.setTimer(
        BODY_MILLIS,
        _ -> {
          if (silent.remove(connection)) {
            var _ = connection.close();
          }
        });
  }

  /** From now on calls are answered; before, what they ask for is not there yet. */
  public void open() {
    stage = Stage.OPEN;
  }

  /** From now on calls are refused: this Stoker ends. */
  public void refuse() {
    stage = Stage.ENDING;
  }

  private void handle(HttpServerRequest request) {
    silent.remove(request.connection());
    try {
      dispatch(request);
    } catch (RuntimeException e) {
      // Such as a query that is not percent-encoded as it says: nothing of ours has begun.
      refuse(request, new RequestRefused("the request is malformed: " + e.getMessage(), 400, API));
    }
  }

  private void dispatch(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    boolean probe = Probes.paths().contains(path);
    RequestRefused refused = guard.check(request, probes.isOpen(path));
    if (refused == null && stage != Stage.OPEN && !probe) {
      String what = stage == Stage.STARTING ? "starting" : "ending";
      refused = new RequestRefused("this Stoker is " + what, 503, "try again soon");
    }
    if (refused != null) {
      refuse(request, refused);
      return;
    }
    if (probe) {
      probe(request, path);
      return;
    }
    if (path.equals(Routes.EVENTS)) {
      stream(request);
      return;
    }
    TreeSet<String> methods = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> values = route.match(path);
      if (values != null && route.method().equals(request.method().name())) {
        read(request, route, values);
        return;
      }
      if (values != null) {
        methods.add(route.method());
      }
    }
    refuse(request, methods.isEmpty() ? notFound(path) : wrongMethod(request, methods));
  }

  private void probe(HttpServerRequest request, String path) {
    if (request.method().name().equals("GET")) {
      probes.answer(request, path, stage == Stage.OPEN);
    } else {
      refuse(request, wrongMethod(request, Set.of("GET")));
    }
  }

  private void stream(HttpServerRequest request) {
    if (!request.method().name().equals("GET")) {
      refuse(request, wrongMethod(request, Set.of("GET")));
    } else if (events.hasRoom()) {
      events.open(vertx, request);
    } else {
      refuse(request, new RequestRefused("too many listen already", 429, "close one of them"));
    }
  }

  private static RequestRefused notFound(String path) {
    return new RequestRefused("there is no " + shortened(path), 404, API);
  }

  private static String shortened(String path) {
    return path.length() > 100 ? path.substring(0, 100) + "…" : path;
  }

  private static RequestRefused wrongMethod(HttpServerRequest request, Set<String> methods) {
    request.response().putHeader("Allow", String.join(", ", methods));
    return new RequestRefused(
        request.method() + " is not possible there", 405, "use " + String.join(" or ", methods));
  }

  /** Refused before it was read; the connection is closed, whatever may still come. */
  private static void refuse(HttpServerRequest request, RequestRefused why) {
    write(request.response(), Answer.problem(why));
  }

  private void read(HttpServerRequest request, Route route, Map<String, String> values) {
    Map<String, String> query = new LinkedHashMap<>();
    request.params().forEach(entry -> query.put(entry.getKey(), entry.getValue()));
    Buffer body = Buffer.buffer();
    long timer =
        vertx.setTimer(
            BODY_MILLIS,
            _ ->
                refuse(request, new RequestRefused("the body did not come", 408, "send it whole")));
    request.handler(
        part -> {
          if (body.length() + part.length() > LARGEST_BODY) {
            vertx.cancelTimer(timer);
            request.handler(null);
            request.endHandler(null);
            refuse(
                request,
                new RequestRefused(
                    "the body is larger than " + LARGEST_BODY + " bytes", 413, "send less"));
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        _ -> {
          vertx.cancelTimer(timer);
          Call call =
              new Call(values, query, body.toString(), request.getHeader("Idempotency-Key"));
          Thread.ofVirtual().name("control").start(() -> answer(request.response(), route, call));
        });
  }

  private void answer(HttpServerResponse response, Route route, Call call) {
    CompletionStage<? extends Answer> stage;
    try {
      stage = route.handler().answer(call);
    } catch (RuntimeException | Error e) {
      send(response, explain(e));
      return;
    }
    var _ =
        stage.whenComplete(
            (answer, problem) -> {
              switch (problem == null ? answer : explain(problem)) {
                case Answer.Whole whole -> send(response, whole);
                case Answer.Parts parts -> sendParts(response, parts);
              }
            });
  }

  /** On the call's own thread. */
  private void sendParts(HttpServerResponse response, Answer.Parts parts) {
    PartsWriter writer = new PartsWriter(vertx, response);
    working.add(Thread.currentThread());
    try {
      parts.source().accept(writer);
      writer.end();
    } catch (RuntimeException e) {
      if (response.ended() || response.closed()) {
        log.atDebug().setCause(e).log("caller gone");
      } else if (writer.hasBegun()) {
        writer.fail(failureOf(e));
      } else {
        send(response, explain(e));
      }
    } finally {
      working.remove(Thread.currentThread());
    }
  }

  private static Answer.Whole explain(Throwable problem) {
    return Answer.problem(failureOf(problem));
  }

  private static Failure failureOf(Throwable problem) {
    if (Routes.cause(problem) instanceof LifecycleException known) {
      if (!(known.failure() instanceof RequestRefused)) {
        log.atError()
            .addKeyValue("code", known.failure().code().code())
            .addKeyValue("what", known.failure().what())
            .log("failure");
      }
      return known.failure();
    }
    log.atError().setCause(problem).log("call failed");
    return new Internal(String.valueOf(problem));
  }

  private void send(HttpServerResponse response, Answer.Whole answer) {
    vertx.runOnContext(_ -> write(response, answer));
  }

  private static void write(HttpServerResponse response, Answer.Whole answer) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    response.putHeader("Content-Type", answer.type());
    response.putHeader("Connection", "close");
    response.putHeader("Cache-Control", "no-store");
    response.putHeader("X-Content-Type-Options", "nosniff");
    if (answer.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    var _ = response.end(answer.body());
  }
}
