package dev.stoker.http.gateway;

import static dev.stoker.http.gateway.ScriptedEngine.beginEvents;
import static dev.stoker.http.gateway.ScriptedEngine.endEvents;
import static dev.stoker.http.gateway.ScriptedEngine.event;
import static dev.stoker.http.gateway.ScriptedEngine.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.service.ServiceState;
import dev.stoker.http.gateway.ScriptedEngine.Asked;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The versions of HTTP, and how much of an answer or a request is under way at once. */
class GatewayVersionsTest extends GatewayFixture {
  private static final long MIB = 1024 * 1024;
  private static final int MANY = 20;

  /** More than all buffers of sockets between take. */
  private static final long MUCH = 256 * MIB;

  private final OkHttpClient http2 =
      http.newBuilder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();

  @Override
  GatewayLimits limits() {
    GatewayLimits usual = super.limits();
    return new GatewayLimits(
        MANY,
        usual.keptBytes(),
        usual.keptBody(),
        MUCH,
        usual.longestWait(),
        usual.patience(),
        usual.betweenComments(),
        Duration.ofMinutes(5),
        usual.idle());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.address().getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String bytes(String version, String body) {
    return "POST "
        + CHAT
        + " "
        + version
        + "\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aClientOfHttp10IsAnsweredAndItsConnectionClosed() throws IOException {
    try (Socket socket = connect()) {
      write(socket, bytes("HTTP/1.0", BODY));

      assertThat(all(socket)).startsWith("HTTP/1.0 200 ").endsWith("{\"ok\":true}");
    }
  }

  @Test
  void aStreamReachesItWithoutChunks() throws IOException {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          event(out, "[DONE]");
          endEvents(out);
        });
    try (Socket socket = connect()) {
      write(socket, bytes("HTTP/1.0", STREAM));

      assertThat(all(socket))
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\ndata: {\"n\":1}\n\ndata: [DONE]\n\n");
    }
  }

  @Test
  void streamsAndAnswersShareAConnectionOfHttp2() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    engine.behave(
        (request, out) -> {
          if (request.body().equals(STREAM)) {
            beginEvents(out);
            event(out, "{\"n\":1}");
            asked.await();
            event(out, "{\"n\":2}");
            endEvents(out);
          } else {
            json(out, 200, "{\"ok\":true}");
          }
        });
    try (Response stream = http2.newCall(post(STREAM)).execute()) {
      BufferedSource events = stream.body().source();
      assertThat(stream.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
      assertThat(events.readUtf8Line()).isEqualTo("data: {\"n\":1}");
      try (Response other = http2.newCall(post(BODY)).execute()) {
        assertThat(other.body().string()).isEqualTo("{\"ok\":true}");
      }
      asked.countDown();
      assertThat(events.readUtf8()).isEqualTo("\ndata: {\"n\":2}\n\n");
    }
    assertThat(http2.connectionPool().connectionCount()).isOne();
  }

  /** All on one connection: connections of their own reach the gateway in no order. */
  @Test
  @Tag("AC-043")
  void whatWaitedIsSentInTheOrderInWhichItCame() {
    http2.dispatcher().setMaxRequestsPerHost(MANY);
    engine.answerInTurn();
    engine.behave(
        (_, out) ->
            out.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
    services.set("a", "org/a", engine.port(), ServiceState.CRASHED);
    List<String> bodies = new ArrayList<>();
    List<CompletableFuture<Got>> answers = new ArrayList<>();
    while (answers.size() < MANY) {
      bodies.add("{\"model\":\"org/a\",\"n\":" + answers.size() + "}");
      answers.add(begin(http2, post(bodies.getLast())));
      await(() -> services.waitingFor("a") == answers.size());
    }
    services.run("a", "org/a", engine.port(), 2);

    assertThat(answers).allSatisfy(each -> assertThat(each.join().status()).isEqualTo(200));
    assertThat(engine.asked()).extracting(Asked::body).containsExactlyElementsOf(bodies);
  }

  @Test
  void whoHangsUpOneStreamOfHttp2EndsThatOneAlone() throws Exception {
    engine.behave(
        (request, out) -> {
          beginEvents(out);
          if (request.body().equals(STREAM)) {
            while (true) {
              event(out, "more");
            }
          }
          endEvents(out);
        });
    try (Response kept = http2.newCall(post(BODY)).execute()) {
      Response stream = http2.newCall(post(STREAM)).execute();
      assertThat(stream.body().source().readUtf8Line()).isEqualTo("data: more");
      stream.close();

      await(() -> traffic.open() == 0 && engine.connections() <= 1);
      assertThat(kept.body().string()).isEmpty();
      assertThat(http2.connectionPool().connectionCount()).isOne();
    }
  }

  @Test
  void aStreamOfHttp2ThatBreaksOffHasItsError() throws IOException {
    engine.behave(
        (_, out) -> {
          beginEvents(out);
          event(out, "{\"n\":1}");
          services.set("a", "org/a", engine.port(), ServiceState.CRASHED);
          throw new IOException("dies");
        });
    try (Response stream = http2.newCall(post(STREAM)).execute()) {
      assertThat(stream.body().string())
          .startsWith("data: {\"n\":1}\n\ndata: {\"error\":{")
          .endsWith("data: [DONE]\n\n");
    }
  }

  /** What a side has got rid of, until it gets rid of no more. */
  private static long stalled(AtomicLong written) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long before = -1;
    int still = 0;
    while (still < 20) {
      long now = written.get();
      still = now == before && now > 0 ? still + 1 : 0;
      before = now;
      assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
    }
    return before;
  }

  @Test
  void aClientThatDoesNotReadStopsItsServer() throws Exception {
    AtomicLong written = new AtomicLong();
    byte[] piece = new byte[64 * 1024];
    engine.behave((_, out) -> pour(out, piece, written));
    try (Socket socket = connect()) {
      write(socket, bytes("HTTP/1.1", BODY));

      assertThat(stalled(written)).isLessThan(MUCH / 2);

      InputStream in = socket.getInputStream();
      long read = 0;
      while (read < MUCH) {
        read += in.read(new byte[64 * 1024]);
      }
      await(() -> written.get() == MUCH);
    }
  }

  private static void pour(OutputStream out, byte[] piece, AtomicLong written) throws IOException {
    out.write(
        ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + MUCH + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    while (written.get() < MUCH) {
      out.write(piece);
      written.addAndGet(piece.length);
    }
  }

  @Test
  void aServerThatDoesNotReadStopsItsClient() throws Exception {
    AtomicLong written = new AtomicLong();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        Socket socket = connect()) {
      services.run("a", "org/a", deaf.getLocalPort(), 2);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> send(socket, written), task -> Thread.ofVirtual().start(task));
      try (Socket server = deaf.accept()) {
        assertThat(stalled(written)).isLessThan(MUCH / 2);
        assertThat(server.isConnected()).isTrue();
        socket.shutdownOutput();
        server.setSoLinger(true, 0);
      }
      assertThat(sending).failsWithin(Duration.ofSeconds(30));
    }
  }

  private static void send(Socket socket, AtomicLong written) {
    try {
      OutputStream out = socket.getOutputStream();
      String begin = "{\"model\":\"org/a\",\"prompt\":\"";
      write(
          socket,
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              + MUCH
              + "\r\n\r\n"
              + begin);
      byte[] piece = "a".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
      while (written.get() < MUCH) {
        out.write(piece);
        written.addAndGet(piece.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
