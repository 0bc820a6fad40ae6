package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway of a real daemon, before practice engines that are really killed. */
@Timeout(300)
class GatewayIT {
  private static final String CHAT = "/v1/chat/completions";
  private static final int ROUNDS = Integer.getInteger("gateway.rounds", 2);
  private static final int AT_ONCE = 50;

  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int gateway = Machine.freePort();
  private final int port = Machine.freePort();

  @BeforeEach
  void configure() throws IOException {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one: {model: demo, engine: practice, port: %d, lifecycle: {stop_on_exit: true}}
        """
            .formatted(port));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(port)).isTrue();
    assertThat(Machine.isFree(gateway)).isTrue();
  }

  private StokerProcess serve(String practice) throws IOException {
    StokerProcess daemon =
        StokerProcess.run(
            folder,
            Map.of(
                "STOKER_CONTROL_PORT", Integer.toString(control),
                "STOKER_GATEWAY_PORT", Integer.toString(gateway),
                "STOKER_PRACTICE", practice),
            "serve");
    daemon.awaitOutput("control API at");
    return daemon;
  }

  private String run(String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isZero();
      return command.output();
    }
  }

  private static String question(boolean stream, int number) {
    return """
    {"messages": [{"role": "user", "content": "%d"}], "stream": %b, "model": "demo"}
    """
        .formatted(number, stream);
  }

  private CompletableFuture<HttpResponse<String>> ask(HttpClient client, boolean stream, int n) {
    return Requests.postAsync(client, gateway, CHAT, "", question(stream, n));
  }

  private List<ProcessFacts> server() {
    return ProcessFacts.ofSession(
        Machine.processesOf(folder).stream()
            .flatMap(pid -> ProcessFacts.read(pid).stream())
            .filter(each -> each.listensOn().contains(port))
            .findFirst()
            .orElseThrow()
            .session());
  }

  /** The main process, or the one that computes. */
  private void kill(boolean core) {
    ProcessFacts victim =
        server().stream()
            .filter(each -> core == each.commandLine().equals("VLLM::EngineCore"))
            .findFirst()
            .orElseThrow();
    ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
  }

  @Test
  @Tag("FR-015")
  void oneThatNobodyAsksIsStoppedAndTheNextRequestStartsIt() throws Exception {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one:
            {model: demo, engine: practice, port: %d,
             lifecycle: {stop_on_exit: true, idle_timeout_seconds: 1}}
        """
            .formatted(port));
    try (StokerProcess daemon = serve("");
        HttpClient client = Requests.client()) {
      for (int round = 1; round <= 2; round++) {
        assertThat(ask(client, false, round).join().statusCode()).isEqualTo(200);
        int times = round;
        daemon.await(
            "stopped",
            () -> daemon.output().split("one: Stopping -> Stopped", -1).length == times + 1);
        assertThat(Machine.isFree(port)).isTrue();
      }
      assertThat(daemon.output()).contains("Running -> Stopping (nobody asks it anything)");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  @Test
  @Tag("FR-015")
  @Tag("FR-022")
  @Tag("AC-007")
  @Tag("AC-043")
  void theFirstRequestStartsTheServiceAndNoneFailsWhenItIsKilled() throws Exception {
    try (StokerProcess daemon = serve("");
        HttpClient client = Requests.client()) {
      assertThat(ask(client, false, 0).join().body()).contains("practice engine");
      kill(false);
      for (int i = 0; i < AT_ONCE; i++) {
        HttpResponse<String> answer = ask(client, false, i).join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
      end(daemon);
    }
  }

  /** Full size: {@code -Dgateway.rounds=20}. */
  @Test
  @Tag("AC-044")
  void killedUnderLoadItAnswersWhoWaitsAndEndsEveryStreamInOrder() throws Exception {
    int answered = 0;
    int broken = 0;
    try (StokerProcess daemon = serve("token-delay=0.05");
        HttpClient client = Requests.client()) {
      for (int round = 0; round < ROUNDS; round++) {
        run("start", "one");
        List<CompletableFuture<HttpResponse<String>>> waiting = many(client, false);
        List<CompletableFuture<HttpResponse<String>>> streams = many(client, true);
        daemon.await(
            "that all are asked", () -> Requests.metric(port, "num_requests_running") >= AT_ONCE);
        kill(round % 2 == 1);
        for (CompletableFuture<HttpResponse<String>> each : waiting) {
          HttpResponse<String> answer = each.join();
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          assertThat(answer.body()).contains("\"finish_reason\":\"stop\"");
          answered++;
        }
        for (CompletableFuture<HttpResponse<String>> each : streams) {
          String events = each.join().body();
          assertThat(events).endsWith("data: [DONE]\n\n").containsOnlyOnce("[DONE]");
          assertThat(events.split("\"finish_reason\":\"stop\"", -1).length - 1)
              .as("one answer, or an error: " + events)
              .isEqualTo(events.contains("\"error\"") ? 0 : 1);
          broken += events.contains("\"error\"") ? 1 : 0;
        }
      }
      end(daemon);
    }
    System.out.printf(
        "gateway: %d rounds, %d asked answered, %d streams ended with an error, each in order%n",
        ROUNDS, answered, broken);
  }

  private List<CompletableFuture<HttpResponse<String>>> many(HttpClient client, boolean stream) {
    return new ArrayList<>(
        IntStream.range(0, AT_ONCE).mapToObj(i -> ask(client, stream, i)).toList());
  }

  @Test
  void aPortThatIsTakenIsNamedBeforeAnythingIsStarted() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("second"));
    try (StokerProcess first = serve("");
        StokerProcess second =
            StokerProcess.run(
                elsewhere,
                Map.of(
                    "STOKER_CONTROL_PORT", Integer.toString(Machine.freePort()),
                    "STOKER_GATEWAY_PORT", Integer.toString(gateway)),
                "serve",
                "--config",
                folder.resolve(".agent/config.yml").toString())) {
      assertThat(second.exitCode()).isEqualTo(4);
      assertThat(second.output())
          .contains("port " + gateway + " of the gateway is in use", "--gateway-port");
      end(first);
    }
  }

  private static void end(StokerProcess daemon) throws Exception {
    daemon.signal("TERM");
    assertThat(daemon.exitCode()).as(daemon.output()).isZero();
  }
}
