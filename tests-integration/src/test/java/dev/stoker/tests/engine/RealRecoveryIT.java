package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What dies, and what comes back, with the real vLLM: its processes and Stoker itself. A start
 * takes half a minute and more, so that each one serves for as much as can be seen of it.
 */
@Timeout(900)
class RealRecoveryIT {
  @TempDir Path folder;
  private final int port = Machine.freePort();
  private final int control = Machine.freePort();

  @BeforeEach
  void configure() throws IOException, InterruptedException {
    Path engine = RealEngine.require();
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        "services:\n  one: {model: demo, engine: "
            + engine
            + ", port: "
            + port
            + ", lifecycle: {start: eager, health_check_interval_seconds: 5}}\n");
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    try (StokerProcess sweep = StokerProcess.run(folder, Map.of(), "sweep")) {
      sweep.exitCode();
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private StokerProcess serve() throws IOException {
    return StokerProcess.run(
        folder,
        Map.of(
            "STOKER_CONTROL_PORT",
            Integer.toString(control),
            "VLLM_CACHE_ROOT",
            folder.resolve("vllm-cache").toString(),
            "HF_HOME",
            folder.resolve("hf").toString()),
        "serve");
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isZero();
      return command.output();
    }
  }

  private String mainPid() throws IOException, InterruptedException {
    Matcher matcher = Pattern.compile("pid +(\\d+)").matcher(run("status", "one"));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private void answers() throws Exception {
    try (HttpClient client = Requests.client()) {
      assertThat(
              Requests.postAsync(
                      client,
                      port,
                      "/v1/completions",
                      "",
                      "{\"model\": \"demo\", \"prompt\": \"Hello\", \"max_tokens\": 4}")
                  .get()
                  .statusCode())
          .isEqualTo(200);
    }
  }

  private static void kill(String signal, Object pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, pid.toString()).start().waitFor();
  }

  private long named(String name) {
    return Machine.processesNamed(folder, name).getFirst();
  }

  /** How often a line was said. */
  private static int count(StokerProcess daemon, String text) {
    return daemon.output().split(Pattern.quote(text), -1).length - 1;
  }

  private static final String READY = "one: Starting -> Running";

  @Test
  @Tag("IT-001")
  @Tag("IT-003")
  @Tag("NFR-009")
  @Tag("NFR-010")
  @Tag("NFR-011")
  @Tag("AC-002")
  @Tag("AC-018")
  @Tag("AC-019")
  @Tag("FR-032")
  void killedStokersFindTheirServersAndKilledServersComeBack() throws Exception {
    String loading;
    try (StokerProcess first = serve()) {
      first.awaitOutput("one: Stopped -> Starting");
      first.await("processes", () -> Machine.processesNamed(folder, "VLLM::EngineCor").size() == 1);
      loading = mainPid();
      first.signal("KILL");
    }
    List<Long> tree;
    try (StokerProcess second = serve()) {
      second.awaitOutput("taken over: pid " + loading);
      second.awaitOutput(READY);
      answers();
      tree = Machine.processesOf(folder);
      second.signal("KILL");
    }
    try (StokerProcess third = serve()) {
      third.awaitOutput("taken over: pid " + loading);
      third.awaitOutput(READY);
      assertThat(Machine.processesOf(folder)).containsExactlyInAnyOrderElementsOf(tree);
      assertThat(mainPid()).isEqualTo(loading);
      answers();

      // The API server: what it leaves would hold the GPU for ever.
      kill("KILL", loading);
      third.awaitOutput("one: Running -> Crashed");
      third.await("the second start", () -> count(third, READY) == 2);
      assertThat(Machine.processesOf(folder)).doesNotContainAnyElementsOf(tree);
      answers();

      kill("KILL", named("VLLM::EngineCor"));
      third.await("the third start", () -> count(third, READY) == 3);
      answers();

      kill("KILL", named("VLLM::Worker"));
      third.await("the fourth start", () -> count(third, READY) == 4);
      answers();

      kill("STOP", named("VLLM::Worker"));
      run("stop", "one");
      assertThat(Machine.processesOf(folder)).isEmpty();
      assertThat(run("history", "one"))
          .contains("found", "its process VLLM::EngineCor", "its process VLLM::Worker");
      assertThat(run("incidents")).contains("one-1", "one-2", "one-3");
      third.signal("TERM");
      assertThat(third.exitCode()).isZero();
    }
  }

  @Test
  @Tag("NFR-011")
  void whatIsStoppedIsEndedAllTheSame() throws Exception {
    try (StokerProcess daemon = serve()) {
      daemon.awaitOutput(READY);
      kill("STOP", named("VLLM::EngineCor"));
      run("stop", "one");
      assertThat(Machine.processesOf(folder)).isEmpty();

      run("start", "one");
      kill("STOP", mainPid());
      run("stop", "one");
      assertThat(Machine.processesOf(folder)).isEmpty();
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }
}
