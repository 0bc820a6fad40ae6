package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What vLLM is, seen from outside: the same assertions against the real one and against the
 * practice engine. Where the two differ, the practice engine is wrong.
 *
 * <p>One server is started for all that can be seen of a running one, and told to end once while it
 * loads; it is stopped by the last of its tests. Those that end a server start one of their own.
 */
abstract class EngineContract extends EngineApiContract {
  @Test
  void anEndAskedForOnceWhileLoadingIsNotHeard() {
    assertThat(shared.isAlive()).isTrue();
    assertThat(Requests.statusOf(port, "/health")).isEqualTo(200);
  }

  @Test
  void thePortIsBoundBeforeItListens() {
    assertThat(boundBeforeItListened).isTrue();
  }

  @Test
  void isOneTreeInOneSessionWithTitles() {
    List<ProcessFacts> tree = shared.tree();
    ProcessFacts core = shared.named("VLLM::EngineCor");
    ProcessFacts worker = shared.named("VLLM::Worker");
    ProcessFacts tracker =
        tree.stream()
            .filter(each -> each.commandLine().contains("from multiprocessing.resource_tracker"))
            .findFirst()
            .orElseThrow();

    assertThat(tree).hasSize(4).allMatch(each -> each.group() == shared.pid());
    assertThat(tree.getFirst().name()).startsWith("python");
    assertThat(core.name()).isEqualTo("VLLM::EngineCor");
    assertThat(core.commandLine()).isEqualTo("VLLM::EngineCore");
    assertThat(core.parent()).isEqualTo(shared.pid());
    assertThat(worker.commandLine()).isEqualTo("VLLM::Worker");
    assertThat(worker.parent()).isEqualTo(core.pid());
    assertThat(tracker.parent()).isEqualTo(shared.pid());
    assertThat(tree).allMatch(each -> each.environment().contains("SPT_NOENV=1"));
  }

  @Test
  void onlyTheMainProcessListensAtThePortAndTheWorkerAtOthers() {
    assertThat(shared.tree().getFirst().listensOn()).containsExactly(port);
    assertThat(shared.named("VLLM::EngineCor").listensOn()).isEmpty();
    assertThat(shared.named("VLLM::Worker").listensOn())
        .hasSizeGreaterThanOrEqualTo(5)
        .doesNotContain(port);
  }

  @Test
  void engineAndWorkerShareMemory() {
    for (String name : List.of("VLLM::EngineCor", "VLLM::Worker")) {
      assertThat(shared.named(name).sharedMemory()).filteredOn("psm"::equals).hasSize(2);
    }
  }

  @Test
  void printsItsPhasesInOrderEachByTheProcessThatDoesIt() {
    String prefix =
        "\\(%s pid=\\d+\\) INFO \\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\[\\w+\\.py:\\d+\\] ";
    List<String> expected =
        List.of(
            prefix.formatted("APIServer") + "non-default args: \\{.*",
            prefix.formatted("APIServer") + "Resolved architecture: LlamaForCausalLM",
            prefix.formatted("EngineCore") + "Initializing a V1 LLM engine \\(v0\\..*",
            prefix.formatted("Worker") + "world_size=1 rank=0 .*",
            prefix.formatted("Worker") + "Starting to load model .*",
            prefix.formatted("Worker") + "Loading weights took .* seconds",
            prefix.formatted("EngineCore") + "CPU KV cache size: [0-9,]+ tokens, .*",
            prefix.formatted("EngineCore") + "init engine \\(.*\\) took .*",
            prefix.formatted("APIServer") + "Starting vLLM server on http://127.0.0.1:" + port,
            prefix.formatted("APIServer") + "Route: /health, Methods: GET");
    List<String> lines = shared.out().lines().toList();
    List<Integer> places = expected.stream().map(line -> indexOfMatch(lines, line)).toList();

    assertThat(places).as(() -> expected + " in\n" + shared.out()).doesNotContain(-1).isSorted();
  }

  private static int indexOfMatch(List<String> lines, String pattern) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).matches(pattern)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void librariesAndTheHttpServerSpeakOnStandardError() {
    assertThat(shared.err())
        .containsSubsequence(
            "\rLoading safetensors checkpoint shards:   0% Completed | 0/2 [00:00<?, ?it/s]\n",
            "\rLoading safetensors checkpoint shards: 100% Completed | 2/2 [00:00<00:00, ",
            "it/s]\n\n",
            "INFO:     Started server process [" + shared.pid() + "]\n",
            "INFO:     Waiting for application startup.\n",
            "INFO:     Application startup complete.\n");
    assertThat(shared.out()).doesNotContain("checkpoint shards", "Started server process");
    assertThat(shared.err()).doesNotContain("Starting to load model");
  }

  @Test
  @Order(LAST_OF_THE_SHARED - 1)
  void aStoppedWorkerHangsTheRequestAndNothingElse() throws Exception {
    BareServer.kill("STOP", Long.toString(shared.named("VLLM::Worker").pid()));
    try (HttpClient client = Requests.client()) {
      CompletableFuture<HttpResponse<String>> hanging = longRequest(client);
      shared.await("that it is sent", () -> !hanging.isDone());

      assertThat(Requests.statusOf(port, "/health")).isEqualTo(200);
      assertThat(hanging).isNotDone();
      assertThat(Requests.metric(port, "num_requests_running")).isZero();
      BareServer.kill("CONT", Long.toString(shared.named("VLLM::Worker").pid()));
      assertThat(hanging.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  private CompletableFuture<HttpResponse<String>> longRequest(HttpClient client) {
    return Requests.postAsync(
        client,
        port,
        "/v1/completions",
        BareServer.KEY,
        "{\"prompt\": \"Hello\", \"max_tokens\": 300, \"ignore_eos\": true}");
  }

  @Test
  @Order(LAST_OF_THE_SHARED)
  void endsWithCode0WhenItsLastClientHasHungUp() throws Exception {
    try (HttpClient client = Requests.client()) {
      CompletableFuture<HttpResponse<String>> inFlight =
          Requests.postAsync(
              client,
              port,
              "/v1/completions",
              BareServer.KEY,
              "{\"prompt\": \"Hello\", \"max_tokens\": 2000, \"ignore_eos\": true}");
      shared.await("that it runs", () -> Requests.metric(port, "num_requests_running") > 0);
      shared.signal("TERM");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (shared.accepts() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(shared.accepts()).isFalse();
      // Answered, aborted or not at all: the real one does each of these.
      inFlight.cancel(true);
      client.shutdownNow();
    }
    assertThat(shared.exitCode()).isZero();
    assertThat(shared.out()).contains("[shutdown] API server: shutdown triggered");
    assertThat(shared.err()).contains("INFO:     Shutting down\n");
    assertThat(ProcessFacts.ofSession(shared.pid()))
        .allMatch(each -> each.commandLine().contains("resource_tracker"));
    leavesInItsTemporaryFolder(shared);
  }

  private static void leavesInItsTemporaryFolder(BareServer server) {
    List<String> left = Machine.names(server.temporaryFolder());

    assertThat(left)
        .filteredOn(name -> name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
        .hasSize(7);
    assertThat(left).filteredOn(name -> name.matches("vllm_dist_[0-9a-f]{32}")).hasSize(1);
    assertThat(left).filteredOn(name -> name.matches("torchinductor_\\w+")).hasSize(1);
    assertThat(left).hasSize(9);
  }

  @Test
  @Order(LAST_OF_THE_SHARED + 1)
  void aDeadEngineIsSeenIn503AndEndsTheServerWithCode0() throws Exception {
    BareServer server = another("b", port);
    server.awaitReady();
    long core = server.named("VLLM::EngineCor").pid();
    BareServer.kill("KILL", Long.toString(core));

    List<Integer> seen = new ArrayList<>();
    while (server.isAlive()) {
      int status = Requests.statusOf(port, "/health");
      if (seen.isEmpty() || seen.getLast() != status) {
        seen.add(status);
      }
    }
    // 200 until it has noticed, 503 then, and refused at the very end; 503 is missed where the
    // server happens to look for its engine just then.
    assertThat(seen).isSubsetOf(200, 503, 0);
    assertThat(server.exitCode()).isZero();
    assertThat(server.err())
        .contains("INFO:     Shutting down\n", "Finished server process [" + server.pid() + "]");
  }

  @Test
  @Order(LAST_OF_THE_SHARED + 2)
  void aKilledMainProcessLeavesTheOthersAndTheirMemory() throws Exception {
    BareServer server = another("c", port);
    server.awaitOut("Starting to load model");
    server.awaitOut("init engine (");
    long core = server.named("VLLM::EngineCor").pid();
    long worker = server.named("VLLM::Worker").pid();
    Set<String> before = new TreeSet<>(Machine.sharedMemory());
    server.signal("KILL");
    assertThat(server.exitCode()).isEqualTo(137);

    assertThat(ProcessFacts.read(core)).isPresent();
    assertThat(ProcessFacts.read(worker)).isPresent();
    assertThat(ProcessFacts.read(core).orElseThrow().parent()).isNotEqualTo(server.pid());
    server.signalGroup("KILL");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!server.tree().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(server.tree()).isEmpty();
    assertThat(Machine.sharedMemory()).containsAll(before);
    assertThat(before).filteredOn(name -> name.startsWith("psm_")).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  @Order(LAST_OF_THE_SHARED + 3)
  void twoAskingsEndALoadingOne() throws Exception {
    BareServer server = another("d", port);
    server.awaitOut("Initializing a V1 LLM engine");
    server.signal("TERM");
    long again = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    while (System.nanoTime() < again) {
      Thread.onSpinWait();
    }
    server.signal("TERM");

    assertThat(server.exitCode()).isIn(0, 130);
    // The others end with it, and some a moment later.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!server.tree().stream().allMatch(EngineContract::isTracker)
        && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(server.tree()).allMatch(EngineContract::isTracker);
  }

  private static boolean isTracker(ProcessFacts process) {
    return process.commandLine().contains("resource_tracker");
  }

  @Test
  @Order(LAST_OF_THE_SHARED + 4)
  void refusesAFlagThatItDoesNotKnow() throws Exception {
    BareServer server = another("e", port, "--no-such-flag");

    assertThat(server.exitCode()).isEqualTo(2);
    assertThat(server.out()).isEmpty();
    assertThat(server.err())
        .contains("usage: api_server.py [-h]")
        .endsWith("api_server.py: error: unrecognized arguments: --no-such-flag\n");
  }

  @Test
  @Order(LAST_OF_THE_SHARED + 5)
  void endsWhenItsPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      BareServer server = another("f", taken.getLocalPort());

      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.err().strip()).endsWith("OSError: [Errno 98] Address already in use");
    }
  }
}
