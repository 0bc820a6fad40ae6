package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon, and the commands that talk to it, as an operator uses them; on the practice engine. */
@Timeout(240)
class ServeIT {
  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int alpha = Machine.freePort();
  private final int beta = Machine.freePort();
  private Set<String> sharedMemory = Set.of();

  @BeforeEach
  void remember() {
    sharedMemory = Machine.sharedMemory();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(alpha)).isTrue();
    assertThat(Machine.names(folder.resolve("home/run"))).isEmpty();
    assertThat(Machine.sharedMemory()).isEqualTo(sharedMemory);
  }

  private void configure(String alphas, String betas) throws IOException {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        providers:
          vllm:
            engine: practice
            model: demo
            lifecycle: {stop_on_exit: true}
        services:
          alpha: {port: %d%s}
          beta: {port: %d%s}
        """
            .formatted(alpha, alphas, beta, betas));
  }

  private StokerProcess serve() throws IOException {
    StokerProcess daemon =
        StokerProcess.run(
            folder, Map.of("STOKER_CONTROL_PORT", Integer.toString(control)), "serve");
    daemon.awaitOutput("control API at");
    return daemon;
  }

  private String run(int code, String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  private static String number(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1);
  }

  @Test
  @Tag("FR-027")
  @Tag("AC-011")
  void switchesToAnotherModelAndRefusesOneThatIsNoneWhileTheFirstServes() throws Exception {
    configure(", lifecycle: {start: eager}", "");
    Path other = Files.createDirectories(folder.resolve("other"));
    try (StokerProcess daemon = serve()) {
      daemon.awaitOutput("alpha: Starting -> Running");
      String pid = number(status("alpha"), "pid +(\\d+)");
      assertThat(run(2, "switch", "alpha", folder.resolve("nothing").toString()))
          .contains("nothing");
      assertThat(run(2, "switch", "nobody", "demo")).contains("VLM-031");
      assertThat(status("alpha")).contains("pid         " + pid);
      StokerProcess.write(other.resolve("config.json"), "{\"architectures\": [\"X\"]}");
      StokerProcess.write(other.resolve("tokenizer.json"), "{}");
      StokerProcess.write(other.resolve("model.safetensors"), "\2\0\0\0\0\0\0\0{}");
      assertThat(run(0, "switch", "alpha", other.toString())).contains("alpha: Running");
      assertThat(status("alpha"))
          .contains("served as   other")
          .doesNotContain("pid         " + pid);
      daemon.signal("TERM");
      daemon.exitCode();
    }
  }

  @Test
  @Tag("AC-032")
  @Tag("AC-033")
  @Tag("AC-034")
  @Tag("AC-035")
  @Tag("IT-007")
  void startsShowsRestartsAndStopsTwoServicesAtOnce() throws Exception {
    configure("", ", lifecycle: {start: eager}");
    try (StokerProcess daemon = serve()) {
      assertThat(run(0, "services")).contains("alpha", "beta", "port " + alpha);
      String started = run(0, "start", "alpha");
      assertThat(started).contains("alpha: Running (pid ", "http://127.0.0.1:" + alpha + "/v1");
      daemon.awaitOutput("beta: Starting -> Running");
      String pid = number(started, "pid (\\d+)");

      daemon.await("a check", () -> status("alpha").contains("last check  healthy"));
      assertThat(status("alpha"))
          .contains(
              "state       Running",
              "pid         " + pid,
              "served as   demo",
              "engine      practice plays vllm 0.32.0",
              "gpu         none used")
          .containsPattern("model +/.*/demo")
          .containsPattern("uptime +\\d")
          .containsPattern("last check +healthy, .*\\d.* ago");
      assertThat(run(0, "status", "--json"))
          .startsWith("{\"services\":[{\"name\":\"alpha\",\"state\":\"Running\"")
          .contains("\"pid\":" + pid, "\"engine\":\"practice\"", "\"healthy\":true");
      assertThat(run(0, "status")).containsPattern("(?m)^beta +Running +\\d+ +" + beta);
      assertThat(run(0, "logs", "alpha", "-n", "500"))
          .contains("practice engine: it plays vLLM", "Application startup complete.");

      assertThat(number(run(0, "restart", "alpha"), "pid (\\d+)")).isNotEqualTo(pid);
      assertThat(run(0, "stop", "alpha", "beta")).contains("alpha: Stopped", "beta: Stopped");
      assertThat(run(0, "status")).containsPattern("alpha +Stopped").containsPattern("beta +Stop");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  private String status(String name) {
    try {
      return run(0, "status", name);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReloadIsCheckedWholeThenAppliedAndListed() throws Exception {
    configure("", "");
    try (StokerProcess daemon = serve()) {
      String pid = number(run(0, "start", "alpha"), "pid (\\d+)");
      configure(", lifecycle: {health_check_interval_seconds: 5}", ", model: 'no such/model x'");
      assertThat(run(2, "reload")).contains("error VLM-009", "services.beta.model");
      daemon.signal("HUP");
      daemon.awaitOutput("Nothing was changed.");

      configure(", lifecycle: {health_check_interval_seconds: 5}", ", args: [--seed, '1']");
      assertThat(run(0, "reload"))
          .contains("alpha: changed lifecycle.health_check_interval_seconds", "beta: changed args");
      assertThat(status("alpha")).contains("pid         " + pid);
      configure(", args: [--seed, '2']", "");
      daemon.signal("HUP");
      daemon.awaitOutput("alpha: restarted for args");
      daemon.await("the restart", () -> status("alpha").contains("state       Running"));
      assertThat(status("alpha")).doesNotContain("pid         " + pid);
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
      assertThat(daemon.output())
          .contains("waiting until 'alpha' has stopped (pid ", "'alpha' has stopped");
    }
  }

  @Test
  void upHandsItsServiceToTheDaemonAndStopsItAlone() throws Exception {
    configure("", ", lifecycle: {start: eager}");
    try (StokerProcess daemon = serve()) {
      daemon.awaitOutput("beta: Starting -> Running");
      try (StokerProcess up =
          StokerProcess.run(
              folder,
              Map.of(),
              "up",
              "demo",
              "--practice",
              "--port",
              Integer.toString(alpha),
              "--name",
              "mine",
              "--config",
              "/dev/null")) {
        up.awaitOutput("error VLM-005");
        assertThat(up.exitCode()).isEqualTo(4);
      }
      try (StokerProcess up =
          StokerProcess.run(
              folder,
              Map.of(),
              "up",
              "demo",
              "--practice",
              "--name",
              "mine",
              "--config",
              "/dev/null")) {
        up.awaitOutput("Ctrl-C stops it.");
        assertThat(up.output())
            .contains("is handed to it", "loading the weights", "answered  This is Stoker's");
        assertThat(run(0, "status")).containsPattern("mine +Running");
        up.signal("INT");
        assertThat(up.exitCode()).isEqualTo(130);
        assertThat(up.output()).contains("Stopped; nothing of it is left.");
      }
      assertThat(run(0, "status")).containsPattern("beta +Running").doesNotContain("mine");
      daemon.signal("INT");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  @Test
  void aSignalEndsTheWaitingAndNotTheStart() throws Exception {
    configure("", "");
    try (StokerProcess daemon =
        StokerProcess.run(
            folder,
            Map.of(
                "STOKER_CONTROL_PORT",
                Integer.toString(control),
                "STOKER_PRACTICE",
                "slow=weights:600"),
            "serve")) {
      daemon.awaitOutput("control API at");
      try (StokerProcess start = StokerProcess.run(folder, Map.of(), "start", "alpha")) {
        start.awaitOutput("loading the weights");
        start.signal("INT");
        assertThat(start.exitCode()).isEqualTo(130);
        assertThat(start.output()).contains("'alpha': the daemon goes on");
      }
      assertThat(status("alpha")).contains("state       Starting (loading the weights");
      assertThat(run(0, "stop", "alpha")).contains("alpha: Stopped");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  @Test
  void whatIsToStayStaysAndIsSeenWithoutADaemon() throws Exception {
    configure(", lifecycle: {start: eager, stop_on_exit: false}", "");
    try (StokerProcess daemon = serve()) {
      daemon.awaitOutput("alpha: Starting -> Running");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
      assertThat(daemon.output()).contains("leaving 'alpha' running (pid ");
    }
    assertThat(Requests.statusOf(alpha, "/health")).isEqualTo(200);
    assertThat(run(0, "status", "alpha"))
        .contains("note: no daemon runs", "state       Unknown", "pid         ");
    assertThat(run(0, "logs", "alpha")).contains("Application startup complete.");
    assertThat(run(3, "start", "alpha")).contains("error VLM-032", "stoker serve");
    assertThat(run(0, "sweep", "--json")).contains("\"service\":\"alpha\"", "\"survivors\":[]");
  }

  @Test
  void logsAreFollowedAcrossARestart() throws Exception {
    configure("", "");
    try (StokerProcess daemon = serve()) {
      run(0, "start", "alpha");
      try (StokerProcess logs =
              StokerProcess.run(folder, Map.of(), "logs", "alpha", "-f", "-n", "1");
          StokerProcess watch = StokerProcess.run(folder, Map.of(), "status", "-w", "alpha")) {
        watch.awaitOutput("state       Running");
        logs.awaitOutput("INFO");
        run(0, "restart", "alpha");
        logs.awaitOutput("[shutdown] API server: shutdown triggered");
        logs.awaitOutput("Application startup complete.");
        watch.awaitOutput("state       Stopping");
        watch.awaitOutput("state       Starting (");
        logs.signal("INT");
        assertThat(logs.exitCode()).isZero();
      }
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  @Test
  void theTokenIsTheUsersAloneAndTheApiAsksForIt() throws Exception {
    configure("", "");
    try (StokerProcess daemon = serve()) {
      Path file = folder.resolve("home/state/control.token");
      String token = Files.readString(file);
      HttpResponse<String> refused = Requests.send(control, "GET", "/v1/services", "");
      HttpResponse<String> answered = Requests.send(control, "GET", "/v1/services", token);

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(answered.statusCode()).isEqualTo(200);
      assertThat(daemon.output()).doesNotContain(token);
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
    assertThat(run(0, "status")).contains("note: no daemon runs");
  }

  @Test
  void wrongInputIsOneClearMessage() throws Exception {
    configure("", "");
    assertThat(run(3, "stop", "alpha")).contains("error VLM-032");
    assertThat(run(2, "serve", "--control-port", "x")).contains("error VLM-009", "--control-port");
    assertThat(run(2, "start")).contains("NAME");
    try (StokerProcess daemon = serve()) {
      assertThat(run(2, "start", "gamma")).contains("error VLM-031", "gamma", "alpha");
      assertThat(run(2, "status", "gamma")).contains("error VLM-031");
      assertThat(run(2, "start", "Gamma!")).contains("error VLM-009", "must be 1 to 63");
      assertThat(run(4, "sweep")).contains("error VLM-021", "serve");
      try (StokerProcess second = StokerProcess.run(folder, Map.of(), "serve")) {
        assertThat(second.exitCode()).isEqualTo(4);
        assertThat(second.output()).contains("error VLM-021", "pid " + daemon.pid());
      }
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  @Test
  void aTakenControlPortIsSaidAndNothingIsStarted() throws Exception {
    configure(", lifecycle: {start: eager}", "");
    try (java.net.ServerSocket taken =
            new java.net.ServerSocket(control, 1, java.net.InetAddress.ofLiteral("127.0.0.1"));
        StokerProcess daemon =
            StokerProcess.run(
                folder, Map.of("STOKER_CONTROL_PORT", Integer.toString(control)), "serve")) {
      assertThat(daemon.exitCode()).isEqualTo(4);
      assertThat(daemon.output()).contains("error VLM-005", "port " + taken.getLocalPort());
    }
  }
}
