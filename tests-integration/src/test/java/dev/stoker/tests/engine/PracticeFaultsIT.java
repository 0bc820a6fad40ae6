package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each switch of the practice engine does what {@code docs/practice-engine.md} says. */
@Timeout(120)
class PracticeFaultsIT {
  @TempDir Path folder;
  private final int port = Machine.freePort();
  private final List<BareServer> servers = new ArrayList<>();
  private final List<Long> strays = new ArrayList<>();
  private Set<String> sharedMemory = Set.of();

  @BeforeEach
  void remember() {
    sharedMemory = Machine.sharedMemory();
  }

  @AfterEach
  void endAll() throws Exception {
    for (BareServer server : servers) {
      server.close();
    }
    for (long stray : strays) {
      BareServer.kill("KILL", Long.toString(stray));
    }
    for (String name : Machine.sharedMemory()) {
      if (!sharedMemory.contains(name) && name.matches("(psm_|sem\\.mp-).*")) {
        Files.deleteIfExists(Path.of("/dev/shm", name));
      }
    }
  }

  private BareServer launch(String faults) throws Exception {
    BareServer server =
        BareServer.launch(
            "practice",
            folder,
            port,
            Map.of("STOKER_PRACTICE", faults, "STOKER_PRACTICE_CONTROL", control().toString()));
    servers.add(server);
    return server;
  }

  private Path control() {
    return folder.resolve("control");
  }

  private void setFaults(String faults) throws Exception {
    Files.writeString(control(), faults);
  }

  private BareServer ready(String faults) throws Exception {
    BareServer server = launch(faults);
    server.awaitReady();
    return server;
  }

  private CompletableFuture<HttpResponse<String>> ask(HttpClient client) {
    return Requests.postAsync(
        client,
        port,
        "/v1/completions",
        BareServer.KEY,
        "{\"prompt\": \"x\", \"max_tokens\": 5, \"ignore_eos\": true}");
  }

  @Test
  void aPhaseIsSlow() throws Exception {
    BareServer server = launch("slow=weights:600");
    server.awaitOut("Starting to load model");
    long began = System.nanoTime();
    while (System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(700)) {
      assertThat(server.out()).doesNotContain("Loading weights took");
    }
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void aPhaseCrashesWithTheGivenTextWhereItHappens() throws Exception {
    BareServer server = launch("crash=weights:no weights here");

    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.out())
        .containsPattern("\\(Worker pid=\\d+\\) ERROR .*RuntimeError: no weights here")
        .containsPattern("\\(EngineCore pid=\\d+\\) ERROR .*WorkerProc initialization failed");
    assertThat(server.err()).contains("RuntimeError: Engine core initialization failed.");
  }

  @Test
  void everyPhaseCanCrash() throws Exception {
    for (String phase :
        List.of("launch", "import", "configuration", "engine_start", "kv_cache", "api_start")) {
      BareServer server = launch("crash=" + phase + ":told to");

      assertThat(server.exitCode()).as(phase).isEqualTo(1);
      assertThat(server.out() + server.err()).as(phase).contains("told to");
      server.close();
    }
  }

  @Test
  void theEngineDiesWhenItIsToldTo() throws Exception {
    BareServer server = ready("");
    setFaults("engine-death");

    assertThat(server.exitCode()).isZero();
    assertThat(server.err()).contains("Finished server process");
  }

  @Test
  void aRequestHangsWithHealthAt200AndIsCountedOrNot() throws Exception {
    BareServer server = ready("hang=counted");
    try (HttpClient client = Requests.client()) {
      CompletableFuture<HttpResponse<String>> hanging = ask(client);
      server.await("the count", () -> Requests.metric(port, "num_requests_running") == 1);
      assertThat(Requests.statusOf(port, "/health")).isEqualTo(200);
      assertThat(hanging).isNotDone();

      setFaults("hang=no");
      assertThat(hanging.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      setFaults("hang=uncounted");
      server.await("the count", () -> Requests.metric(port, "num_requests_running") == 0);
      CompletableFuture<HttpResponse<String>> lost = ask(client);
      assertThatThrownBy(() -> lost.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
      assertThat(Requests.metric(port, "num_requests_running")).isZero();
      assertThat(Requests.statusOf(port, "/health")).isEqualTo(200);
      client.shutdownNow();
    }
  }

  @Test
  void sigtermIsNeverHeardWhileLoading() throws Exception {
    BareServer server = launch("term=swallow;slow=weights:2");
    server.awaitOut("Starting to load model");
    for (int i = 0; i < 5; i++) {
      server.signal("TERM");
    }
    server.awaitReady();
    server.signal("TERM");
    assertThat(server.exitCode()).isZero();
  }

  @Test
  void sigtermIsNeverHeardAtAll() throws Exception {
    BareServer server = ready("term=ignore");
    server.signal("TERM");
    server.signal("TERM");

    assertThat(Requests.statusOf(port, "/health")).isEqualTo(200);
    setFaults("term=");
    server.signal("TERM");
    assertThat(server.exitCode()).isZero();
  }

  @Test
  void sigtermIsHeardAndAConnectionIsWaitedFor() throws Exception {
    BareServer server = ready("term=wait");
    server.signal("TERM");
    server.await("the end of listening", () -> !server.accepts());
    server.await("its word", () -> server.err().contains("Shutting down"));
    assertThat(server.isAlive()).isTrue();

    setFaults("term=");
    assertThat(server.exitCode()).isZero();
  }

  @Test
  void aChildOutlivesTheOthers() throws Exception {
    BareServer server = ready("orphan");
    assertThat(server.tree()).hasSize(5);
    server.signal("TERM");
    assertThat(server.exitCode()).isZero();

    awaitTree(server, 1);
    server.signalGroup("KILL");
    awaitTree(server, 0);
  }

  private static void awaitTree(BareServer server, int size) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.tree().size() != size && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(server.tree()).hasSize(size);
  }

  @Test
  void aChildLeavesTheSession() throws Exception {
    BareServer server = ready("stray");
    assertThat(server.tree()).hasSize(4);
    for (String pid : Machine.names(Path.of("/proc"))) {
      if (pid.matches("\\d+")) {
        ProcessFacts.read(Long.parseLong(pid))
            .filter(each -> each.session() == each.pid() && each.pid() != server.pid())
            .filter(each -> each.environment().contains("TMPDIR=" + server.temporaryFolder()))
            .ifPresent(each -> strays.add(each.pid()));
      }
    }
    assertThat(strays).hasSize(1);
  }

  @Test
  void thePortStaysHeld() throws Exception {
    BareServer server = ready("hold-port");
    server.signal("TERM");
    assertThat(server.exitCode()).isZero();

    assertThat(server.isBound()).isTrue();
  }

  @Test
  void itSaysThatItServesAndDoesNotListen() throws Exception {
    BareServer server = launch("never-listen");
    server.await("its word", () -> server.err().contains("Application startup complete."));

    assertThat(server.isBound()).isTrue();
    assertThat(server.accepts()).isFalse();
  }

  @Test
  void anotherModelIsServed() throws Exception {
    ready("wrong-model=other");

    assertThat(Requests.send(port, "GET", "/v1/models", BareServer.KEY).body())
        .contains("\"id\":\"other\"")
        .doesNotContain("\"id\":\"demo\"");
  }

  @Test
  void itTalksTooMuch() throws Exception {
    BareServer server = ready("flood=20000");

    server.await("a flood", () -> server.out().contains("flood line 5000 "));
  }

  @Test
  void eachWordTakesItsTime() throws Exception {
    ready("token-delay=0.3");
    long began = System.nanoTime();
    try (HttpClient client = Requests.client()) {
      assertThat(ask(client).get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1400));
  }

  @Test
  void healthIsSlow() throws Exception {
    ready("");
    setFaults("slow-health=1");
    long began = System.nanoTime();

    assertThat(Requests.statusOf(port, "/health")).isEqualTo(200);
    assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
  }

  @Test
  void memoryOfAGpuComesBackLate() throws Exception {
    Path gpu = folder.resolve("gpu");
    BareServer server = ready("gpu=" + gpu + ":700:2");
    long worker = server.named("VLLM::Worker").pid();
    assertThat(holders(server, gpu)).isEqualTo(worker + ", 700\n");
    server.signal("TERM");
    assertThat(server.exitCode()).isZero();

    assertThat(holders(server, gpu)).isEqualTo("0, 700\n");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holders(server, gpu).isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(holders(server, gpu)).isEmpty();
  }

  /** {@return what the folder that is a GPU says of itself} */
  private String holders(BareServer server, Path gpu) throws Exception {
    Path program = Path.of(server.commandLine().split(" ", -1)[1]).resolveSibling("gpu.py");
    Path out = folder.resolve("holders");
    new ProcessBuilder("python3", program.toString(), gpu.toString())
        .redirectOutput(out.toFile())
        .start()
        .waitFor();
    return Files.readString(out);
  }

  @Test
  void anUnknownSwitchIsRefused() throws Exception {
    BareServer server = launch("slwo=weights:1");

    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.err()).contains("unknown fault 'slwo'", "slow-health");
  }
}
