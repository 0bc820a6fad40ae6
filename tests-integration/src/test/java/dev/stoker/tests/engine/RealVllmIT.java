package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code stoker up demo} on the real vLLM; the operating system is the judge. */
@Timeout(400)
class RealVllmIT {
  @TempDir Path folder;
  private final int port = Machine.freePort();
  private Path engine = Path.of("");
  private Set<String> sharedMemory = Set.of();
  private Set<String> temporaryFiles = Set.of();

  @BeforeEach
  void findEngine() throws IOException, InterruptedException {
    engine = RealEngine.require();
    sharedMemory = Machine.sharedMemory();
    temporaryFiles = Machine.temporaryFiles();
  }

  @AfterEach
  void nothingIsLeft() {
    if (engine.toString().isEmpty()) {
      return; // Skipped.
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(port)).isTrue();
    assertThat(Machine.names(folder.resolve("home/run"))).isEmpty();
    assertThat(Machine.sharedMemory()).isEqualTo(sharedMemory);
    // Other programs may leave things there; these are what vLLM leaves (facts: 7 sockets,
    // vllm_dist_*).
    assertThat(Machine.temporaryFiles())
        .filteredOn(name -> !temporaryFiles.contains(name))
        .noneMatch(
            name -> name.matches("[0-9a-f]{8}-[0-9a-f]{4}-.*|vllm_dist_.*|torchinductor_.*"));
  }

  private StokerProcess up(String model, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("up", model, "--engine", engine.toString(), "--port", Integer.toString(port)));
    arguments.addAll(List.of(more));
    return StokerProcess.run(
        folder,
        Map.of(
            "VLLM_CACHE_ROOT", folder.resolve("vllm-cache").toString(),
            "HF_HOME", folder.resolve("hf").toString()),
        arguments.toArray(String[]::new));
  }

  private CompletableFuture<HttpResponse<String>> complete(HttpClient client, int tokens) {
    return Requests.postAsync(
        client,
        port,
        "/v1/completions",
        "",
        "{\"model\": \"demo\", \"prompt\": \"Hello\", \"ignore_eos\": true, \"max_tokens\": "
            + tokens
            + "}");
  }

  /** One server for all that can be seen of a running one: starts take half a minute. */
  @Test
  @Tag("AC-001")
  @Tag("AC-004")
  @Tag("FR-007")
  @Tag("FR-008")
  @Tag("FR-009")
  @Tag("NFR-017")
  @Tag("NFR-011")
  @Tag("AC-006")
  @Tag("UT-001")
  void servesACompletionSurvivesItsEnginesDeathAndStopsWithARequestInFlight() throws Exception {
    try (StokerProcess stoker = up("demo");
        HttpClient client = Requests.client()) {
      stoker.awaitOutput("Ctrl-C stops it.");
      assertThat(stoker.output()).contains("answered  ", "vllm 0.");
      assertThat(complete(client, 4).get().statusCode()).isEqualTo(200);
      List<Long> first = Machine.processesOf(folder);
      assertThat(first).hasSizeGreaterThanOrEqualTo(3);

      // The engine's own process: the server would end by itself after 5 s, with exit code 0.
      long core = Machine.processesNamed(folder, "VLLM::EngineCor").getFirst();
      new ProcessBuilder("kill", "-KILL", Long.toString(core)).start().waitFor();
      stoker.awaitOutput(
          "The server is gone (its process VLLM::EngineCor (pid " + core + ") is gone)");
      stoker.awaitOutput("Ready again.");
      assertThat(Machine.processesOf(folder)).doesNotContainAnyElementsOf(first);

      CompletableFuture<HttpResponse<String>> inFlight = complete(client, 2000);
      stoker.await(
          "the request",
          () -> Requests.metric(port, "num_requests_running") > 0 || inFlight.isDone());
      stoker.signal("INT");
      assertThat(stoker.exitCode()).isEqualTo(130);
      assertThat(stoker.output()).contains("Stopped; nothing of it is left.");
    }
  }

  @ParameterizedTest
  @Tag("NFR-011")
  @ValueSource(
      strings = {
        "Starting 'demo'",
        "importing the engine",
        "reading the configuration",
        "starting the engine's processes",
        "loading the weights"
      })
  void stopsInEveryPhaseOfLoading(String phase) throws Exception {
    try (StokerProcess stoker = up("demo")) {
      stoker.awaitOutput(phase);
      stoker.signal("TERM");
      assertThat(stoker.exitCode()).isEqualTo(143);
      assertThat(stoker.output()).contains("Stopped; nothing of it is left.");
    }
  }

  @Test
  @Tag("AC-005")
  @Tag("UT-002")
  void aTakenPortIsSaidBeforeAnythingLoads() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
        StokerProcess stoker = up("demo")) {
      assertThat(stoker.exitCode()).isEqualTo(4);
      assertThat(stoker.output())
          .contains("VLM-005", "port " + taken.getLocalPort() + " is in use");
    }
  }

  @Test
  void aMissingFolderIsSaidBeforeAnythingLoads() throws Exception {
    try (StokerProcess stoker = up("./no-such-folder")) {
      assertThat(stoker.exitCode()).isEqualTo(2);
      assertThat(stoker.output()).contains("VLM-014", "there is no such folder");
    }
  }

  @Test
  void anUnknownFlagIsExplainedInTheServersWords() throws Exception {
    try (StokerProcess stoker = up("demo", "--", "--no-such-flag")) {
      assertThat(stoker.exitCode()).isEqualTo(2);
      assertThat(stoker.output()).contains("VLM-020", "unrecognized arguments: --no-such-flag");
    }
  }

  @Test
  void aFolderWithoutWeightsIsRefused() throws Exception {
    StokerProcess.write(folder.resolve("m/config.json"), "{}");
    try (StokerProcess stoker = up("./m")) {
      assertThat(stoker.exitCode()).isEqualTo(2);
      assertThat(stoker.output()).contains("VLM-014", "holds no weights");
    }
    assertThat(Files.exists(folder.resolve("home/state/logs"))).isFalse();
  }

  /** Two processes share each layer; on the CPU build they talk to each other as on GPUs. */
  @Test
  @Tag("IT-006")
  @Tag("AC-029")
  @Tag("FR-011")
  @Tag("FR-029")
  void tensorParallelismReachesTheServer() throws Exception {
    try (StokerProcess stoker = up("demo", "--tensor-parallel-size", "2")) {
      stoker.awaitOutput("Ctrl-C stops it.");
      assertThat(stoker.output()).contains("answered  ");
      assertThat(Machine.processesNamed(folder, "VLLM::Worker_TP")).hasSize(2);
      stoker.signal("TERM");
      assertThat(stoker.exitCode()).isEqualTo(128 + 15);
    }
  }
}
