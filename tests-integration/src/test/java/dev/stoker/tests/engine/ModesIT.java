package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon beside a server that somebody else started and ends; on the practice engine. */
@Timeout(240)
@Tag("FR-003")
class ModesIT {
  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int gateway = Machine.freePort();
  private final int port = Machine.freePort();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(port)).isTrue();
  }

  private StokerProcess serve(String mode) throws Exception {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one: {model: demo, port: %d, lifecycle: {mode: %s, health_check_interval_seconds: 1}}
        """
            .formatted(port, mode));
    StokerProcess daemon =
        StokerProcess.run(
            folder,
            Map.of(
                "STOKER_CONTROL_PORT", Integer.toString(control),
                "STOKER_GATEWAY_PORT", Integer.toString(gateway),
                "VLLM_API_KEY", BareServer.KEY),
            "serve");
    daemon.awaitOutput("control API at");
    return daemon;
  }

  /** Somebody else's, outside of the folder that Stoker's processes are told by. */
  private BareServer foreign(Path elsewhere) throws Exception {
    BareServer server = BareServer.launch("practice", elsewhere, port, Map.of());
    server.awaitReady();
    return server;
  }

  private String run(int code, String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  private void refusesEveryWish(BareServer server) throws Exception {
    refusesEveryWish();
    assertThat(server.isAlive()).isTrue();
    assertThat(Machine.isFree(port)).isFalse();
  }

  private void refusesEveryWish() throws Exception {
    for (String wish : new String[] {"start", "stop", "restart"}) {
      assertThat(run(2, wish, "one")).contains("VLM-019");
    }
  }

  private static void end(BareServer server) throws Exception {
    server.signal("TERM");
    server.exitCode();
  }

  private String ask() throws Exception {
    try (var client = Requests.client()) {
      return Requests.postAsync(
              client,
              gateway,
              "/v1/completions",
              "",
              "{\"model\": \"demo\", \"prompt\": \"x\", \"max_tokens\": 9}")
          .join()
          .body();
    }
  }

  @Test
  void oneThatIsMonitoredIsWatchedAndNeverTouched(@TempDir Path elsewhere) throws Exception {
    try (BareServer server = foreign(elsewhere);
        StokerProcess daemon = serve("monitored")) {
      daemon.awaitOutput("-> Running (healthy)");
      assertThat(run(0, "status", "one")).contains("Running").contains("healthy");
      assertThat(ask()).contains("practice engine");
      refusesEveryWish(server);

      end(server);
      daemon.await(
          "its end is seen",
          () -> Pattern.compile("one: Running -> (?!Starting)").matcher(daemon.output()).find());
      assertThat(run(0, "status", "one")).doesNotContain("Running");
      refusesEveryWish();
      assertThat(Machine.isFree(port)).isTrue();
      try (BareServer again = foreign(Files.createDirectories(elsewhere.resolve("again")))) {
        daemon.await("it is back", () -> daemon.output().split("-> Running", -1).length == 3);
        assertThat(again.isAlive()).isTrue();
        end(again);
      }
      assertThat(daemon.output()).doesNotContain("Starting");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  @Test
  void oneThatIsExternalIsLookedAtWhenItIsNeeded(@TempDir Path elsewhere) throws Exception {
    try (StokerProcess daemon = serve("external")) {
      assertThat(run(0, "status", "one", "--json")).contains("\"last_check\":null");
      try (BareServer server = foreign(elsewhere)) {
        assertThat(ask()).contains("practice engine");
        assertThat(run(0, "status", "one")).contains("healthy");
        refusesEveryWish(server);
        end(server);
      }
      assertThat(ask()).contains("error").doesNotContain("practice engine");
      assertThat(daemon.output()).doesNotContain("Starting");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }
}
