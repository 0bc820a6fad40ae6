package dev.stoker.http.gateway;

import static dev.stoker.http.gateway.ScriptedEngine.json;

import dev.stoker.application.OwnCost;
import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.metrics.Meters;
import dev.stoker.testing.FakeKeys;
import dev.stoker.testing.FakeWorld;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A gateway before a server whose every byte the test decides. */
@Timeout(60)
abstract class GatewayFixture {
  static final String CHAT = "/v1/chat/completions";
  static final String BODY = "{\"messages\":[],\"model\":\"org/a\"}";
  static final String STREAM = "{\"messages\":[],\"stream\":true,\"model\":\"org/a\"}";
  private static final long MIB = 1024 * 1024;

  final FakeServices services = new FakeServices();
  final Queue<String> said = new ConcurrentLinkedQueue<>();
  final FakeTraffic traffic = new FakeTraffic();
  private final FakeWorld world = new FakeWorld();
  final ClientKeys keys = world.begin().clientKeys();
  final FakeKeys stored = world.storedKeys();
  final Meters meters =
      Meters.begin(services, () -> new OwnCost(Instant.EPOCH, Duration.ZERO, 0, 0, 0, 0));
  final OkHttpClient http =
      new OkHttpClient.Builder()
          .readTimeout(Duration.ofSeconds(30))
          .retryOnConnectionFailure(false)
          .build();
  ScriptedEngine engine;
  GatewayServer gateway;

  @BeforeEach
  void start() throws IOException {
    engine = new ScriptedEngine((_, out) -> json(out, 200, "{\"ok\":true}"));
    gateway = serve(GatewayAddress.loopback(0));
    gateway.open();
    services.run("a", "org/a", engine.port(), 1);
  }

  GatewayServer serve(GatewayAddress address) {
    return GatewayServer.start(
        services, traffic, meters.gateway(), "inside", keys, address, said::add, limits());
  }

  /** Has it answer elsewhere, or otherwise. */
  void reopen(GatewayAddress address) {
    gateway.close();
    gateway = serve(address);
    gateway.open();
  }

  @AfterEach
  void stop() {
    http.dispatcher().cancelAll();
    await(() -> gateway.waiting() == 0 && gateway.kept() == 0 && traffic.open() == 0);
    gateway.close();
    engine.close();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  GatewayLimits limits() {
    return new GatewayLimits(
        3,
        8 * MIB,
        MIB,
        2 * MIB,
        Duration.ofSeconds(20),
        Duration.ofSeconds(5),
        Duration.ofMillis(50),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20));
  }

  Request.Builder to(String path) {
    return new Request.Builder().url(gateway.address() + path);
  }

  Request post(String body) {
    return post(CHAT, body);
  }

  Request post(String path, String body) {
    return to(path).post(RequestBody.create(body, MediaType.get("application/json"))).build();
  }

  /**
   * What a client got.
   *
   * @param status the status
   * @param response the headers
   * @param body the whole body
   */
  record Got(int status, Response response, String body) {}

  Got call(Request request) throws IOException {
    try (Response response = http.newCall(request).execute()) {
      return new Got(response.code(), response, response.body().string());
    }
  }

  CompletableFuture<Got> begin(Request request) {
    return begin(http, request);
  }

  static CompletableFuture<Got> begin(OkHttpClient client, Request request) {
    CompletableFuture<Got> got = new CompletableFuture<>();
    client
        .newCall(request)
        .enqueue(
            new Callback() {
              @Override
              public void onFailure(Call call, IOException problem) {
                got.completeExceptionally(problem);
              }

              @Override
              public void onResponse(Call call, Response response) throws IOException {
                try (response) {
                  got.complete(new Got(response.code(), response, response.body().string()));
                } catch (IOException e) {
                  got.completeExceptionally(e);
                }
              }
            });
    return got;
  }

  static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }
}
