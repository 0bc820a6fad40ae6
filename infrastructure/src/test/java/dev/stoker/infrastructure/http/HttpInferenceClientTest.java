package dev.stoker.infrastructure.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Question;
import dev.stoker.application.port.out.InferenceClient.Endpoint;
import dev.stoker.application.port.out.InferenceClient.Outcome;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions that their server never answers to the end. */
@Timeout(60)
class HttpInferenceClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
  private final Settings settings = new Settings(Map.of(), Path.of("/tmp"), Path.of("/tmp"));
  private final EngineHttp http = new EngineHttp(HttpModule.client(), HttpModule.moshi(), settings);
  private final HttpInferenceClient client = new HttpInferenceClient(http);
  private ServerSocket server;
  private Endpoint endpoint;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
    endpoint = new Endpoint(new Port(server.getLocalPort()), "m");
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void whatHasNoAnswerYetIsUnansweredWhenItIsCut() throws IOException {
    CompletableFuture<Outcome<String>> asked =
        CompletableFuture.supplyAsync(() -> client.complete(endpoint, "Once", 3), THREADS);
    try (Socket connection = server.accept()) {
      assertThat(connection.getInputStream().read()).isEqualTo('P');

      client.cut(endpoint);

      assertThat(asked).succeedsWithin(PATIENCE).isInstanceOf(Outcome.Unanswered.class);
    }
  }

  @Test
  void anAnswerThatHasBegunIsBroken() throws IOException {
    Queue<String> words = new ConcurrentLinkedQueue<>();
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Outcome<Integer>> asked =
        CompletableFuture.supplyAsync(
            () ->
                client.chat(
                    endpoint,
                    Question.of("Once", 8),
                    text -> {
                      words.add(text);
                      first.complete(null);
                    }),
            THREADS);
    try (Socket connection = server.accept()) {
      connection
          .getOutputStream()
          .write(
              ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                      + "data: {\"choices\":[{\"delta\":{\"content\":\"upon\"}}]}\n\n")
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(first).succeedsWithin(PATIENCE);

      client.cut(endpoint);

      assertThat(asked).succeedsWithin(PATIENCE).isInstanceOf(Outcome.Broken.class);
      assertThat(words).containsExactly("upon");
    }
  }

  @Test
  void whatIsAskedElsewhereGoesOn() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
      Endpoint elsewhere = new Endpoint(new Port(other.getLocalPort()), "m");
      CompletableFuture<Outcome<String>> asked =
          CompletableFuture.supplyAsync(() -> client.complete(elsewhere, "Once", 3), THREADS);
      try (Socket connection = other.accept()) {
        assertThat(connection.getInputStream().read()).isEqualTo('P');

        client.cut(endpoint);

        String body = "{\"choices\":[{\"text\":\" upon\"}]}";
        connection
            .getOutputStream()
            .write(
                ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.UTF_8));
        assertThat(asked).succeedsWithin(PATIENCE).isEqualTo(new Outcome.Answered<>(" upon"));
      }
    }
  }
}
