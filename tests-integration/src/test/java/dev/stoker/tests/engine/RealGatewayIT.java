package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real vLLM behind the gateway, asked by the official Python client that it brings. */
@Timeout(400)
class RealGatewayIT {
  private static final int QUESTIONS = 50;

  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int gateway = Machine.freePort();
  private final int port = Machine.freePort();
  private Path engine = Path.of("");

  @BeforeEach
  void configure() throws Exception {
    engine = RealEngine.require();
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one:
            {model: demo, aliases: [gpt-4o], engine: %s, port: %d,
             lifecycle: {stop_on_exit: true, drain_timeout_seconds: 2}}
        """
            .formatted(engine, port));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(port)).isTrue();
  }

  /** The paths a program goes: each line says what came of one. */
  private static final String PROGRAM =
      """
      import openai, sys
      client = openai.OpenAI(base_url=sys.argv[1], api_key='any', max_retries=0, timeout=300)
      ask = dict(model='demo', messages=[{'role': 'user', 'content': 'Hello'}], max_tokens=8)
      answer = client.chat.completions.create(**ask)
      print('chat', answer.model, answer.usage.completion_tokens)
      parts = list(client.chat.completions.create(**ask, stream=True))
      print('stream', len(parts) > 2, parts[-1].choices[0].finish_reason)
      done = client.completions.create(model='demo', prompt='Hello', max_tokens=4)
      print('completion', done.choices[0].finish_reason)
      print('models', [each.id for each in client.models.list().data])
      print('model', client.models.retrieve('demo').id)
      print('alias', client.chat.completions.create(**{**ask, 'model': 'gpt-4o'}).usage.completion_tokens)
      def refused(**changed):
          try:
              client.chat.completions.create(**{**ask, **changed})
          except openai.APIStatusError as error:
              print(type(error).__name__, error.status_code, error.code, error.message[:90])
      try:
          client.audio.transcriptions.create(model='demo', file=('a.wav', b'RIFF' * 1000))
      except openai.APIStatusError as error:
          print('audio', error.status_code, error.message)
      refused(model='gpt-4')
      refused(max_tokens=-5)
      refused(max_tokens=999999)
      """;

  private String python() throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "python", ".txt");
    Process process =
        new ProcessBuilder(engine.toString(), "-c", PROGRAM, "http://127.0.0.1:" + gateway + "/v1")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private String run(String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isZero();
      return command.output();
    }
  }

  /** It would take minutes, and its client would wait for it. */
  private void aStopEndsAStreamThatGoesOnForLong(HttpClient client) throws Exception {
    CompletableFuture<HttpResponse<String>> stream =
        Requests.postAsync(
            client,
            gateway,
            "/v1/completions",
            "",
            "{\"prompt\": \"Hello\", \"max_tokens\": 1900, \"ignore_eos\": true, \"stream\": true,"
                + " \"n\": 8, \"model\": \"demo\"}");
    while (Requests.metric(port, "num_requests_running") < 1) {
      assertThat(stream).isNotDone();
    }

    assertThat(run("stop", "one")).contains("1 request is under way; up to 2 s", "one: Stopped");

    assertThat(stream.join().body())
        .startsWith("data: {\"id\"")
        .contains("\"code\":\"VLM-042\"")
        .endsWith("data: [DONE]\n\n");
    assertThat(Machine.isFree(port)).isTrue();
  }

  @Test
  @Tag("FR-015")
  @Tag("AC-043")
  @Tag("AC-007")
  @Tag("IT-001")
  void theFirstRequestStartsItAndNoneFailsWhenItIsKilled() throws Exception {
    try (StokerProcess daemon =
            StokerProcess.run(
                folder,
                Map.of(
                    "STOKER_CONTROL_PORT", Integer.toString(control),
                    "STOKER_GATEWAY_PORT", Integer.toString(gateway)),
                "serve");
        HttpClient client = Requests.client()) {
      daemon.awaitOutput("control API at");
      assertThat(Machine.isFree(port)).as("nothing runs before it is asked").isTrue();
      assertThat(python())
          .contains("chat demo 8", "stream True length", "completion length")
          .contains("models ['demo', 'gpt-4o']", "model demo", "alias 8", "audio 4")
          .contains("NotFoundError 404 model_not_found", "there are: demo, gpt-4o")
          .contains("BadRequestError 400");
      ProcessFacts server =
          Machine.processesOf(folder).stream()
              .flatMap(pid -> ProcessFacts.read(pid).stream())
              .filter(each -> each.listensOn().contains(port))
              .findFirst()
              .orElseThrow();
      ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
      for (int i = 0; i < QUESTIONS; i++) {
        HttpResponse<String> answer =
            Requests.postAsync(
                    client,
                    gateway,
                    "/v1/completions",
                    "",
                    "{\"prompt\": \"Hello\", \"max_tokens\": 2, \"model\": \"demo\"}")
                .join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
      assertThat(run("ask", "--stream", "--max-tokens", "4", "Hello")).isNotBlank();
      aStopEndsAStreamThatGoesOnForLong(client);
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).as(daemon.output()).isZero();
    }
  }
}
