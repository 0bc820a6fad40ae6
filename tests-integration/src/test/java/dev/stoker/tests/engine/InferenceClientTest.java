package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Question;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.application.port.out.InferenceClient.Endpoint;
import dev.stoker.application.port.out.InferenceClient.Outcome.Answered;
import dev.stoker.application.port.out.InferenceClient.Outcome.Broken;
import dev.stoker.application.port.out.InferenceClient.Outcome.Declined;
import dev.stoker.application.port.out.InferenceClient.Outcome.Unanswered;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What models are asked, and what is made of their answers. */
class InferenceClientTest {
  private static final Question QUESTION = Question.of("How?", 4);
  @TempDir Path folder;
  private final MockWebServer server = new MockWebServer();
  private final List<String> words = new ArrayList<>();
  private InferenceClient client;
  private Endpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    server.start(InetAddress.ofLiteral("127.0.0.1"), 0);
    endpoint = new Endpoint(new Port(server.getPort()), "demo");
    client =
        Infrastructure.create(new Settings(Map.of("VLLM_API_KEY", "k"), folder, folder))
            .inferenceClient();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(int status, String body) {
    server.enqueue(new MockResponse.Builder().code(status).body(body).build());
  }

  private void events(String... events) {
    answer(200, String.join("\n\n", events) + "\n\n");
  }

  private static String said(String text) {
    return "data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}";
  }

  @Test
  void aChatIsAskedWithTheKeyAndShownWithoutControlCharacters() throws InterruptedException {
    answer(200, "{\"choices\":[{\"message\":{\"content\":\" a\\u001b[2Jb\\nc \"}}]}");

    assertThat(client.chat(endpoint, QUESTION)).isEqualTo(new Answered<>("a [2Jb\nc"));
    RecordedRequest request = server.takeRequest();
    assertThat(request.getTarget()).isEqualTo("/v1/chat/completions");
    assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer k");
    assertThat(Objects.requireNonNull(request.getBody()).utf8())
        .contains(
            "\"model\":\"demo\"",
            "{\"role\":\"user\",\"content\":\"How?\"}",
            "\"max_tokens\":4",
            "\"stream\":false");
  }

  @Test
  void completionsEmbeddingsAndModelsAreRead() {
    answer(200, "{\"choices\":[{\"text\":\" upon\"}]}");
    answer(200, "{\"data\":[{\"embedding\":[0.5,-1]},{\"embedding\":[2]}]}");
    answer(200, "{\"data\":[{\"id\":\"demo\"},{\"id\":\"alias\"}]}");

    assertThat(client.complete(endpoint, "Once", 3)).isEqualTo(new Answered<>(" upon"));
    assertThat(client.embed(endpoint, List.of("a", "b")))
        .isEqualTo(new Answered<>(List.of(List.of(0.5, -1.0), List.of(2.0))));
    assertThat(client.models(endpoint)).isEqualTo(new Answered<>(List.of("demo", "alias")));
  }

  @Test
  void fewerVectorsThanTextsAreNoAnswer() {
    answer(200, "{\"data\":[{\"embedding\":[0.5]}]}");

    assertThat(client.embed(endpoint, List.of("a", "b"))).isInstanceOf(Broken.class);
  }

  @Test
  void aStreamIsHandedOnAsItComes() {
    events(": waiting", said("a"), said(""), said("b"), "data: [DONE]");

    assertThat(client.chat(endpoint, QUESTION, words::add)).isEqualTo(new Answered<>(2));
    assertThat(words).containsExactly("a", "b");
  }

  @Test
  @Tag("AC-044")
  void aStreamThatBreaksOffIsAskedAgainOnlyWhileNothingWasHandedOn() {
    events(": waiting");
    events(said("a"));
    events("data: {\"error\":{\"message\":\"EngineCore died\"}}", "data: [DONE]");

    assertThat(client.chat(endpoint, QUESTION, words::add)).isInstanceOf(Unanswered.class);
    assertThat(client.chat(endpoint, QUESTION, words::add)).isInstanceOf(Broken.class);
    assertThat(client.chat(endpoint, QUESTION, words::add))
        .isEqualTo(new Unanswered<>("EngineCore died", true));
    assertThat(words).containsExactly("a");
  }

  @Test
  void whatTheServerRefusesIsSaidInItsWords() {
    answer(400, "{\"error\":{\"message\":\"too long\"}}");
    answer(404, "no such route");

    assertThat(client.chat(endpoint, QUESTION)).isEqualTo(new Declined<>(400, "too long"));
    assertThat(client.chat(endpoint, QUESTION, words::add))
        .isEqualTo(new Declined<>(404, "no such route"));
  }

  @Test
  @Tag("AC-043")
  void a500OfAServerThatIsNotWellIsNoAnswer() {
    answer(500, "{\"error\":{\"message\":\"EngineCore encountered an issue: EngineDeadError\"}}");
    answer(500, "{\"error\":{\"message\":\"oops\"}}");
    answer(503, "");
    answer(500, "{\"error\":{\"message\":\"oops\"}}");
    answer(200, "");

    assertThat(client.chat(endpoint, QUESTION)).isInstanceOf(Unanswered.class);
    assertThat(client.chat(endpoint, QUESTION)).isEqualTo(new Unanswered<>("HTTP 500: oops", true));
    assertThat(client.chat(endpoint, QUESTION)).isEqualTo(new Declined<>(500, "oops"));
  }

  @Test
  void largeAnswersAreReadAndTooLargeOnesSaid() {
    String vector = "{\"embedding\":[" + "0.123456789,".repeat(4096) + "1]},";
    answer(200, "{\"data\":[" + vector.repeat(40) + "{\"embedding\":[1]}]}");
    answer(200, "{\"data\":[" + vector.repeat(800) + "{\"embedding\":[1]}]}");

    assertThat(client.embed(endpoint, Collections.nCopies(41, "a"))).isInstanceOf(Answered.class);
    assertThat(client.embed(endpoint, Collections.nCopies(801, "a")))
        .isEqualTo(new Broken<>("its answer is too long; ask for less at once"));
  }

  @Test
  @Tag("AC-043")
  void aConnectionThatBreaksIsNoAnswer() {
    server.enqueue(
        new MockResponse.Builder().onRequestStart(new SocketEffect.CloseSocket()).build());

    assertThat(client.chat(endpoint, QUESTION)).isInstanceOf(Unanswered.class);
    server.close();
    assertThat(client.models(endpoint)).isInstanceOf(Unanswered.class);
  }
}
