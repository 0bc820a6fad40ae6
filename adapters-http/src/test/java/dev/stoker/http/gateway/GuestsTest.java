package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.http.access.GatewayAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/** Connections that are of no use to anybody, to a gateway without patience. */
final class GuestsTest extends GatewayFixture {
  private static final String MODELS = "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final Duration SILENCE = Duration.ofMillis(300);

  @Override
  GatewayLimits limits() {
    GatewayLimits usual = super.limits();
    return new GatewayLimits(
        usual.waitingRequests(),
        usual.keptBytes(),
        usual.keptBody(),
        usual.largestBody(),
        usual.longestWait(),
        usual.patience(),
        usual.betweenComments(),
        SILENCE,
        SILENCE);
  }

  /** {@return everything that is answered until the gateway closes the connection} */
  private String say(String text) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.address().getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void whoSaysNothingOrHalfAHeadFromAnotherMachineIsNotWaitedForForEver() throws IOException {
    keys.add("app");
    reopen(new GatewayAddress("0.0.0.0", 0, null, Set.of()));

    assertThat(say("")).isEmpty();
    assertThat(say("POST " + CHAT + " HTTP/1.1\r\nHost: loc")).isEmpty();
  }

  @Test
  void halfARequestIsAnsweredAndItsConnectionClosed() throws IOException {
    String answer =
        say("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{\"a");

    assertThat(answer).startsWith("HTTP/1.1 408").contains("request_timeout");
  }

  @Test
  void aConnectionWithoutRequestsIsClosedAfterAWhile() throws IOException {
    assertThat(say(MODELS)).startsWith("HTTP/1.1 200");
  }

  @Test
  void oneThatWaitsForItsAnswerIsKept() throws IOException {
    answerWhenOthersAreClosed();

    assertThat(call(post(BODY)).body()).isEqualTo("{\"ok\":true}");
  }

  @Test
  void oneOfHttp2ThatWaitsForItsAnswerIsKeptToo() throws IOException {
    answerWhenOthersAreClosed();
    OkHttpClient client = http.newBuilder().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE)).build();

    try (Response response = client.newCall(post(BODY)).execute()) {
      assertThat(response.protocol()).isEqualTo(Protocol.H2_PRIOR_KNOWLEDGE);
      assertThat(response.body().string()).isEqualTo("{\"ok\":true}");
    }
  }

  private void answerWhenOthersAreClosed() {
    engine.behave(
        (_, out) -> {
          // Until others that were silent for as long have been closed, twice.
          say(MODELS);
          say(MODELS);
          ScriptedEngine.json(out, 200, "{\"ok\":true}");
        });
  }
}
