package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server prints, shown to an operator; and who is told when it dies. Practice engine. */
@Timeout(180)
class OutputIT {
  private static final String SECRET = "Zq81LmN0pRsTuVwXyZ02";

  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int port = Machine.freePort();

  @AfterEach
  void nothingIsLeft() throws Exception {
    try (StokerProcess sweep = StokerProcess.run(folder, Map.of(), "sweep")) {
      sweep.exitCode();
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private void configure(String lifecycle) throws IOException {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one: {model: demo, engine: practice, port: %d, lifecycle: {%s}}
        """
            .formatted(port, lifecycle));
  }

  private Path faults() {
    return folder.resolve("faults");
  }

  private StokerProcess serve() throws IOException {
    StokerProcess daemon =
        StokerProcess.run(
            folder,
            Map.of(
                "STOKER_CONTROL_PORT",
                Integer.toString(control),
                "STOKER_PRACTICE_CONTROL",
                faults().toString()),
            "serve");
    daemon.awaitOutput("control API at");
    return daemon;
  }

  private String run(int code, String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  private static void killEngine(Path folder) throws IOException, InterruptedException {
    long engine = Machine.processesNamed(folder, "VLLM::EngineCor").getFirst();
    new ProcessBuilder("kill", "-KILL", Long.toString(engine)).start().waitFor();
  }

  @Test
  void whatWasPrintedIsShownByTimeAndGravityAndFollowedAcrossRestarts() throws Exception {
    configure("restart_delay_seconds: 2");
    try (StokerProcess daemon = serve()) {
      run(0, "start", "one");
      String all = run(0, "logs", "one", "-n", "500");
      assertThat(all).contains("INFO ", "Application startup complete");
      assertThat(run(0, "logs", "one", "--since", "1h", "-n", "500")).contains("INFO ");
      assertThat(run(0, "logs", "one", "--level", "warning", "-n", "500"))
          .doesNotContain("INFO ", "Application startup complete");
      assertThat(run(2, "logs", "one", "--level", "loud")).contains("loud", "warning");
      assertThat(run(2, "logs", "one", "--since", "soon")).contains("soon", "24h");

      try (StokerProcess follow = StokerProcess.run(folder, Map.of(), "logs", "-f", "one")) {
        follow.awaitOutput("Application startup complete");
        killEngine(folder);
        daemon.awaitOutput("one: Crashed -> Starting");
        follow.await(
            "the second start's output",
            () -> follow.output().split("Application startup complete", -1).length == 3);
        assertThat(run(0, "logs", "one", "--since", "1h", "--level", "error", "-n", "500"))
            .contains("ERROR ")
            .doesNotContain("INFO ");
        follow.signal("TERM");
        follow.exitCode();
        assertThat(follow.output()).doesNotContain("\u001b");
      }
      daemon.signal("TERM");
      daemon.exitCode();
    }
  }

  @Test
  void whoWantsToKnowOfAnIncidentIsToldWithoutSecrets() throws Exception {
    List<String> posted = new CopyOnWriteArrayList<>();
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    web.createContext(
        "/hook",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          // The first time in vain: it is tried again.
          exchange.sendResponseHeaders(posted.size() == 1 ? 503 : 204, -1);
          exchange.close();
        });
    web.start();
    Path told = folder.resolve("told.json");
    configure(
        "incident_command: 'cat > "
            + told
            + ".part; echo \"$STOKER_SERVICE $STOKER_CODE\" >> "
            + told
            + ".part; mv "
            + told
            + ".part "
            + told
            + "', incident_url: 'http://127.0.0.1:"
            + web.getAddress().getPort()
            + "/hook'");
    Files.writeString(faults(), "crash=weights:token hf_" + SECRET);
    try (StokerProcess daemon = serve()) {
      run(5, "start", "one");
      daemon.await("the command", () -> Files.exists(told));
      daemon.await("the second try", () -> posted.size() == 2);
      assertThat(Files.readString(told))
          .contains("\"id\":\"one-1\"", "\"code\":\"VLM-015\"", "one VLM-015")
          .doesNotContain(SECRET);
      assertThat(posted).allSatisfy(text -> assertThat(text).contains("\"service\":\"one\""));
      assertThat(posted).allSatisfy(text -> assertThat(text).doesNotContain(SECRET));
      daemon.signal("TERM");
      daemon.exitCode();
    } finally {
      web.stop(0);
    }
  }
}
