package dev.stoker.http.gateway;

import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.Traffic;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.ControlFailure.OwnPortInUse;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.http.access.EventLoops;
import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.metrics.GatewayMeters;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers for the models of all services: a few event loops, each with connections of its own to
 * the servers.
 */
public final class GatewayServer {
  private static final int MOST_TO_SERVERS = 4096;
  private static final int MOST_LOOPS = 4;
  private static final int LARGEST_HEADERS = 32 * 1024;

  /** The engine's server closes a connection that was idle for 5 s. */
  private static final int IDLE_SECONDS = 4;

  private static final int ANY = -1;

  /** How often in the time that a client may be silent it is looked whether one was. */
  private static final int SWEEPS = 6;

  private static final int CONNECT_MILLIS = 5_000;

  private final Vertx vertx;
  private final RunningServices services;
  private final Traffic traffic;
  private final GatewayMeters meters;
  private final ModelTable models;
  private final WaitingRoom room;
  private final GatewayLimits limits;
  private final String engineKey;
  private final Guests guests;
  private final GatewayAddress address;
  private final Admission admission;
  private final AccessLog access;
  private final int wanted;
  private volatile @Nullable Certificate certificate;
  private volatile int port;
  private volatile Stage stage = Stage.STARTING;
  private final List<Loop> all = new CopyOnWriteArrayList<>();

  private GatewayServer(
      Vertx vertx,
      RunningServices services,
      Traffic traffic,
      GatewayMeters meters,
      GatewayLimits limits,
      String engineKey,
      ClientKeys keys,
      GatewayAddress address,
      Consumer<String> say) {
    this.address = address;
    int rate = address.rules().rate();
    this.admission =
        new Admission(address, keys, rate == 0 ? null : new RateLimit(rate, System::nanoTime), say);
    this.access = address.rules().accessLog() ? AccessLog.to(say) : AccessLog.off();
    this.vertx = vertx;
    this.traffic = traffic;
    this.meters = meters;
    this.services = services;
    this.models = new ModelTable(services.orchestrator());
    this.limits = limits;
    this.guests = new Guests(limits.silence(), limits.idle());
    this.room = new WaitingRoom(limits.waitingRequests(), limits.keptBytes());
    this.engineKey = engineKey;
    // Any free one, the same for all loops.
    this.wanted = address.port() == 0 ? ANY : address.port();
  }

  /**
   * Starts it.
   *
   * @param traffic where requests are counted in and out
   * @param meters where they are measured
   * @param engineKey what servers ask for; empty for none
   * @param keys of clients; needed beyond the loopback
   * @param address where
   * @param say where whoever runs it reads what is wrong, and who asked where that is wanted
   * @throws LifecycleException when the port is taken, a certificate cannot be read, or others than
   *     programs of this machine could ask without a key
   */
  public static GatewayServer start(
      RunningServices services,
      Traffic traffic,
      GatewayMeters meters,
      String engineKey,
      ClientKeys keys,
      GatewayAddress address,
      Consumer<String> say) {
    GatewayLimits limits = GatewayLimits.of(address.rules());
    return start(services, traffic, meters, engineKey, keys, address, say, limits);
  }

  static GatewayServer start(
      RunningServices services,
      Traffic traffic,
      GatewayMeters meters,
      String engineKey,
      ClientKeys keys,
      GatewayAddress address,
      Consumer<String> say,
      GatewayLimits limits) {
    if (!address.isLoopback() && !keys.areAny()) {
      throw refused(
          "host",
          address.host(),
          "is beyond this machine, which needs a key: 'stoker keys add NAME' first");
    }
    int loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_LOOPS);
    Vertx vertx = EventLoops.start(loops);
    GatewayServer gateway =
        new GatewayServer(vertx, services, traffic, meters, limits, engineKey, keys, address, say);
    try {
      gateway.readCertificate();
      gateway.listen(loops);
      meters.watch(gateway.room::waiting, gateway.room::kept, gateway.guests::count);
      return gateway;
    } catch (ExecutionException e) {
      gateway.close();
      throw notListening(e, address);
    } catch (IOException | GeneralSecurityException e) {
      gateway.close();
      throw refused("cert", String.valueOf(address.tls()), "cannot be used: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gateway.close();
      throw new LifecycleException(new Internal("interrupted"), e);
    }
  }

  private void readCertificate() throws IOException, GeneralSecurityException {
    certificate = address.tls() == null ? null : new Certificate(vertx, address.tls());
  }

  private static LifecycleException notListening(ExecutionException problem, GatewayAddress at) {
    Throwable cause = problem.getCause();
    if (!(cause instanceof BindException)) {
      return new LifecycleException(new Internal("the gateway cannot listen: " + cause), problem);
    }
    String why = String.valueOf(cause.getMessage());
    if (why.contains("assign")) {
      return refused("host", at.host(), "is no address of this machine");
    }
    if (why.contains("denied")) {
      return refused("port", Integer.toString(at.port()), "may not be used by this user: " + why);
    }
    return new LifecycleException(new OwnPortInUse("gateway", at.port()), problem);
  }

  private static LifecycleException refused(String what, String value, String problem) {
    String where = "flag, or environment STOKER_GATEWAY_" + what.toUpperCase(Locale.ROOT);
    return new LifecycleException(
        new InvalidConfiguration(
            List.of(new Violation("--gateway-" + what, value, problem, where))));
  }

  private void listen(int loops) throws ExecutionException, InterruptedException {
    vertx
        .deployVerticle(Loop::new, new DeploymentOptions().setInstances(loops))
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  /** {@return where it answers} */
  public URI address() {
    String host = address.host().contains(":") ? "[" + address.host() + "]" : address.host();
    return URI.create((address.tls() == null ? "http" : "https") + "://" + host + ":" + port);
  }

  /** From now on requests are answered; before, each is told to try again. */
  public void open() {
    stage = Stage.OPEN;
  }

  /**
   * From now on requests are refused, and what waits for a server is; what is under way may finish.
   */
  public void refuse() {
    stage = Stage.ENDING;
    all.forEach(Loop::refuse);
  }

  /** {@return what is answered when this Stoker ends} */
  static OpenAiError ending() {
    return OpenAiError.later("ending", "this Stoker is ending", Duration.ofSeconds(5));
  }

  /** {@return how many requests wait for a server} */
  int waiting() {
    return room.waiting();
  }

  /** {@return how many bytes of requests are kept} */
  long kept() {
    return room.kept();
  }

  /** Looks at once whether there is another certificate; for tests. */
  void lookAtCertificates() {
    all.getFirst().look.get().toCompletionStage().toCompletableFuture().join();
  }

  /** Ends it; what is under way is told so, in order. */
  public void close() {
    EventLoops.close(vertx);
    access.close();
  }

  private enum Stage {
    STARTING,
    OPEN,
    ENDING
  }

  /** One event loop, its connections in and out. */
  private final class Loop extends VerticleBase {
    private final Set<Exchange> exchanges = new HashSet<>();
    private final Guests.OfOneLoop mine = guests.ofOneLoop();
    private @Nullable Hop hop;
    private Supplier<Future<Void>> look = Future::succeededFuture;

    void refuse() {
      context.runOnContext(_ -> List.copyOf(exchanges).forEach(Exchange::refuseIfWaiting));
    }

    @Override
    public Future<?> stop() {
      List.copyOf(exchanges).forEach(Exchange::end);
      return Future.succeededFuture();
    }

    @Override
    public Future<?> start() {
      all.add(this);
      hop =
          new Hop(
              vertx,
              context,
              vertx.createHttpClient(
                  new HttpClientOptions()
                      .setKeepAliveTimeout(IDLE_SECONDS)
                      .setConnectTimeout(CONNECT_MILLIS)
                      .setMaxHeaderSize(LARGEST_HEADERS),
                  new PoolOptions().setHttp1MaxSize(MOST_TO_SERVERS)),
              services.orchestrator(),
              traffic,
              services.history(),
              models,
              room,
              limits,
              engineKey,
              () -> stage == Stage.ENDING,
              exchanges,
              mine);
      vertx.setPeriodic(Math.max(1, limits.silence().toMillis() / SWEEPS), _ -> sweep());
      HttpServerOptions options =
          new HttpServerOptions()
              .setHost(address.host())
              .setPort(wanted)
              .setHandle100ContinueAutomatically(true)
              // Where it is told by the first bytes, who sends none is not seen at all.
              .setHttp2ClearTextEnabled(address.isLoopback())
              .setPerFrameWebSocketCompressionSupported(false)
              .setPerMessageWebSocketCompressionSupported(false)
              .setMaxHeaderSize(LARGEST_HEADERS);
      Certificate shown = certificate;
      if (shown != null) {
        shown.showIn(options);
      }
      HttpServer server =
          vertx
              .createHttpServer(options)
              .connectionHandler(mine::admit)
              .requestHandler(this::handle);
      if (shown != null) {
        shown.watch(server);
        look = () -> shown.look(server);
      }
      return server.listen().onSuccess(listening -> port = listening.actualPort());
    }

    private void ask(HttpServerRequest request, Admission.Guest guest, Visit visit) {
      OpenAiError tooSoon = admission.tooSoon(guest);
      if (tooSoon == null) {
        new Exchange(Objects.requireNonNull(hop), request, visit).begin();
      } else {
        new Downstream(request, visit.id()).fail(tooSoon);
        visit.over(tooSoon.status());
      }
    }

    private void sweep() {
      mine.sweep(exchanges);
      List.copyOf(exchanges).forEach(Exchange::lookWhetherItComes);
    }

    private void handle(HttpServerRequest request) {
      mine.seen(request.connection());
      String given = request.getHeader(Headers.REQUEST_ID);
      String id = given != null && Headers.isId(given) ? given : Headers.newId();
      Admission.Guest guest = admission.look(request);
      Visit visit = new Visit(request, id, guest.client(), meters, access);
      OpenAiError refused = guest.refused() == null ? refusal(request) : guest.refused();
      if (refused != null) {
        new Downstream(request, id).fail(refused);
        visit.over(refused.status());
      } else if (Admission.isPreflight(request)) {
        visit.over(Admission.allow(request));
      } else if (request.method().equals(HttpMethod.POST)) {
        ask(request, guest, visit);
      } else {
        visit.over(new ModelRoute(models).answer(request, id, String.valueOf(request.path())));
      }
    }
  }

  private @Nullable OpenAiError refusal(HttpServerRequest request) {
    if (stage == Stage.STARTING) {
      return OpenAiError.later("starting", "this Stoker is starting", Duration.ofSeconds(1));
    }
    if (stage == Stage.ENDING) {
      return ending();
    }
    if (!Headers.isVisibleAscii(request.uri())) {
      return OpenAiError.ofRequest(400, "malformed", "the path is not percent-encoded");
    }
    String path = String.valueOf(request.path());
    boolean models = ModelRoute.isOne(path);
    boolean inference = InferenceRoutes.isOne(path);
    if (!models && !inference) {
      return OpenAiError.ofRequest(
          404, "not_found", "there is no such route here; questions to models are passed on");
    }
    HttpMethod wanted = models ? HttpMethod.GET : HttpMethod.POST;
    if (!request.method().equals(wanted) && !Admission.isPreflight(request)) {
      request.response().putHeader("Allow", wanted.name());
      return OpenAiError.ofRequest(405, "method_not_allowed", "use " + wanted.name());
    }
    return null;
  }
}
