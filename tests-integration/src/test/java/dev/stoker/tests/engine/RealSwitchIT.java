package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code stoker switch} on the real vLLM, under a client that keeps asking. */
@Timeout(500)
class RealSwitchIT {
  @TempDir Path folder;
  private final int port = Machine.freePort();
  private final int control = Machine.freePort();

  @BeforeEach
  void configure() throws Exception {
    Path engine = RealEngine.require();
    run(0, "models", "show", "demo");
    for (String name : List.of("first", "second", "broken")) {
      copy(name);
    }
    // Its weights have other shapes than its configuration says: only the server finds that out.
    Path config = folder.resolve("broken/config.json");
    String text = Files.readString(config);
    assertThat(text).containsPattern("\"vocab_size\": \\d+");
    Files.writeString(config, text.replaceAll("\"vocab_size\": \\d+", "\"vocab_size\": 999"));
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          one:
            model: %s
            engine: %s
            port: %d
            args: [--dtype, float32, --max-num-seqs, "4", --enforce-eager, --max-model-len, "256"]
            lifecycle: {start: eager, stop_on_exit: true}
        """
            .formatted(folder.resolve("first"), engine, port));
  }

  private void copy(String name) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(folder.resolve("home/models/demo"))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(port)).isTrue();
  }

  private Map<String, String> environment() {
    return Map.of(
        "STOKER_CONTROL_PORT", Integer.toString(control),
        "VLLM_CPU_KVCACHE_SPACE", "1",
        "VLLM_CPU_OMP_THREADS_BIND", "nobind",
        "OMP_NUM_THREADS", "2");
  }

  private String run(int code, String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, environment(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  /** Asks for any of the models, over and over; what came is written down when it changes. */
  private final class Client implements AutoCloseable {
    private final AtomicBoolean ends = new AtomicBoolean();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    Client() {
      Thread.ofPlatform().daemon().name("client").start(this::ask);
    }

    private void ask() {
      String before = "";
      while (!ends.get()) {
        String now = answer();
        if (!now.equals(before)) {
          seen.add(now);
          before = now;
        }
      }
    }

    private String answer() {
      for (String model : List.of("first", "second", "broken")) {
        try {
          HttpResponse<String> answer =
              Requests.post(
                  port,
                  "/v1/completions",
                  "",
                  "{\"model\": \"" + model + "\", \"prompt\": \"Hello\", \"max_tokens\": 2}");
          if (answer.statusCode() == 200) {
            return model;
          }
          if (answer.statusCode() != 404) {
            return "status " + answer.statusCode();
          }
        } catch (IOException e) {
          return "refused";
        } catch (InterruptedException e) {
          return "interrupted";
        }
      }
      return "none";
    }

    List<String> seen() {
      return new ArrayList<>(seen);
    }

    @Override
    public void close() {
      ends.set(true);
    }
  }

  @Test
  @Tag("FR-027")
  @Tag("IT-002")
  @Tag("AC-002")
  @Tag("AC-011")
  void oneModelFollowsAnotherAndComesBackWhenTheNextIsBroken() throws Exception {
    try (StokerProcess daemon = StokerProcess.run(folder, environment(), "serve")) {
      daemon.awaitOutput("one: Starting -> Running");
      try (Client client = new Client()) {
        daemon.await("the first", () -> client.seen().contains("first"));
        String switched = run(0, "switch", "one", folder.resolve("second").toString());
        assertThat(switched).contains("one: Running");
        daemon.await("the second", () -> client.seen().contains("second"));
        // Meanwhile the port is refused; a request under way when it ends gets the server's 500.
        assertThat(client.seen())
            .startsWith("first")
            .contains("refused")
            .endsWith("second")
            .isSubsetOf("first", "status 500", "refused", "second");
        assertThat(run(0, "status", "one")).contains(folder.resolve("second").toString());

        String failed = run(5, "switch", "one", folder.resolve("broken").toString());
        assertThat(failed)
            .contains(folder.resolve("broken") + "' could not be served: ")
            .contains(folder.resolve("second") + "' serves again");
        daemon.await("the second again", () -> client.seen().getLast().equals("second"));
        assertThat(client.seen()).doesNotContain("broken", "none");
        System.out.println("switch: a client saw " + client.seen());
        assertThat(run(0, "status", "one")).contains("state       Running", "/second");
      }
      daemon.signal("TERM");
      daemon.exitCode();
      assertThat(daemon.output()).contains("'one' has stopped; nothing of it is left");
    }
    // The wish holds: the next daemon serves what was switched to.
    try (StokerProcess daemon = StokerProcess.run(folder, environment(), "serve")) {
      daemon.awaitOutput("one: Starting -> Running");
      assertThat(run(0, "status", "one")).contains(folder.resolve("second").toString());
      daemon.signal("TERM");
      daemon.exitCode();
    }
  }
}
