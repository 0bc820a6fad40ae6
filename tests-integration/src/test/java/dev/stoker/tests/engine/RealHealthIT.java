package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real vLLM: how long it still takes, whether it works, and that a busy one is left alone. */
@Timeout(900)
class RealHealthIT {
  private static final int CLIENTS = 16;
  private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("load.seconds", 60));

  @TempDir Path folder;
  private final int port = Machine.freePort();
  private final int control = Machine.freePort();

  @AfterEach
  void nothingIsLeft() throws Exception {
    try (StokerProcess sweep = StokerProcess.run(folder, Map.of(), "sweep")) {
      sweep.exitCode();
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private Map<String, String> environment() {
    return Map.of(
        "STOKER_CONTROL_PORT",
        Integer.toString(control),
        "VLLM_CACHE_ROOT",
        folder.resolve("vllm-cache").toString(),
        "HF_HOME",
        folder.resolve("hf").toString());
  }

  private static CompletableFuture<HttpResponse<String>> complete(
      HttpClient client, int port, int tokens) {
    return Requests.postAsync(
        client,
        port,
        "/v1/completions",
        "",
        "{\"model\": \"demo\", \"prompt\": \"Hello\", \"ignore_eos\": true, \"max_tokens\": "
            + tokens
            + "}");
  }

  /** A start takes half a minute: each of the four serves for as much as can be seen of it. */
  @Test
  @Tag("FR-020")
  @Tag("NFR-016")
  void saysHowLongItTakesLeavesABusyServerAloneAndEndsAHungOne() throws Exception {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one:
            model: demo
            engine: %s
            port: %d
            args: [--max-num-seqs, '4']
            lifecycle:
              hang_timeout_seconds: 20
              canary_interval_seconds: 15
              health_check_interval_seconds: 5
        """
            .formatted(RealEngine.require(), port));
    try (StokerProcess daemon = StokerProcess.run(folder, environment(), "serve")) {
      daemon.awaitOutput("control API at");
      try (StartClock clock = StartClock.listen(control, folder);
          HttpClient client = Requests.client()) {
        watch(daemon, clock, client);
      }
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  private void watch(StokerProcess daemon, StartClock clock, HttpClient client) throws Exception {
    run("start", "one");
    run("stop", "one");
    run("start", "one");
    int answered = load();
    System.out.println("load: " + answered + " requests answered");
    assertThat(answered).isPositive();
    assertThat(daemon.output()).doesNotContain("degraded", "Running -> Crashed");

    hang(daemon, 1);
    awaitStarts(daemon, 3);
    var _ = complete(client, port, 1900);
    daemon.await("the request", () -> Requests.metric(port, "num_requests_running") > 0);
    hang(daemon, 2);
    awaitStarts(daemon, 4);
    assertThat(complete(client, port, 4).get().statusCode()).isEqualTo(200);

    daemon.await("four starts", () -> clock.starts().size() == 4);
    List<Double> errors = new ArrayList<>();
    for (StartClock.Start start : clock.starts()) {
      System.out.println(start);
      errors.addAll(start.errors());
      assertThat(start.phases())
          .contains("import", "configuration", "engine_start", "weights", "kv_cache");
    }
    assertThat(clock.starts().getFirst().errors()).as("not known at first").isEmpty();
    errors.sort(null);
    double median = errors.get(errors.size() / 2);
    System.out.printf("time left: median error %.0f %% of %d%n", 100 * median, errors.size());
    assertThat(errors).hasSizeGreaterThanOrEqualTo(15);
    assertThat(median).isLessThanOrEqualTo(0.25);
  }

  private void run(String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isZero();
    }
  }

  /** {@return how many requests were answered; all of them, or the test fails} */
  private int load() throws InterruptedException {
    Queue<String> answered = new ConcurrentLinkedQueue<>();
    Queue<String> failed = new ConcurrentLinkedQueue<>();
    long end = System.nanoTime() + LOAD.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (System.nanoTime() < end) {
                      // A connection each: one that is used again may just have been closed.
                      try (HttpClient own = Requests.client()) {
                        int status = complete(own, port, 200).join().statusCode();
                        (status == 200 ? answered : failed).add("status " + status);
                      } catch (CompletionException e) {
                        failed.add(String.valueOf(e));
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed).isEmpty();
    return answered.size();
  }

  /** The first launch was ended by hand: the second is the first to hang. */
  private void hang(StokerProcess daemon, int nth) throws IOException, InterruptedException {
    long worker = Machine.processesNamed(folder, "VLLM::Worker").getFirst();
    long began = System.nanoTime();
    new ProcessBuilder("kill", "-STOP", Long.toString(worker)).start().waitFor();
    daemon.await("the doubt", () -> count(daemon, "one: degraded: ") == nth);
    daemon.await("the verdict", () -> count(daemon, "one: Running -> Stopping (the server") == nth);
    System.out.printf(
        "hang %d called after %d s%n", nth, (System.nanoTime() - began) / 1_000_000_000);
    daemon.awaitOutput("Crashed -> Starting");
    try (StokerProcess incident =
        StokerProcess.run(folder, Map.of(), "incidents", "show", "one-" + (nth + 1))) {
      assertThat(incident.exitCode()).isZero();
      assertThat(incident.output()).contains("VLM-035");
    }
  }

  private static void awaitStarts(StokerProcess daemon, int starts) {
    daemon.await(starts + " starts", () -> count(daemon, "one: Starting -> Running") == starts);
  }

  private static int count(StokerProcess daemon, String text) {
    return daemon.output().split(Pattern.quote(text), -1).length - 1;
  }
}
