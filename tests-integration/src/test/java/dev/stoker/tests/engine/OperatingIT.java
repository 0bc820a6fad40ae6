package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon among the programs that operators put beside it. */
class OperatingIT {
  /** Prints each datagram on a line of its own. */
  private static final String LISTENER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1])
      print("bound", flush=True)
      while True:
          print(s.recv(4096).decode().replace("\\n", " | "), flush=True)
      """;

  @TempDir Path folder;
  private final int control = Machine.freePort();
  private final int alpha = Machine.freePort();

  @BeforeEach
  void configure() throws IOException {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        services:
          alpha: {engine: practice, model: demo, port: %d, lifecycle: {stop_on_exit: true}}
        """
            .formatted(alpha));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private StokerProcess serve(Map<String, String> environment, String... more) throws IOException {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "serve";
    arguments[1] = "--control-port";
    arguments[2] = Integer.toString(control);
    System.arraycopy(more, 0, arguments, 3, more.length);
    StokerProcess daemon = StokerProcess.run(folder, environment, arguments);
    daemon.awaitOutput("control API at");
    return daemon;
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("home/state/control.token")).strip();
  }

  private static void end(StokerProcess daemon) throws IOException, InterruptedException {
    daemon.signal("TERM");
    assertThat(daemon.exitCode()).isZero();
  }

  @Test
  void aServiceManagerIsToldWhatHappens() throws Exception {
    Path socket = folder.resolve("notify");
    Path heard = folder.resolve("heard");
    Process listener =
        new ProcessBuilder("python3", "-c", LISTENER, socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(heard.toFile())
            .start();
    try (StokerProcess none = StokerProcess.run(folder, Map.of(), "version")) {
      none.await("the listener", () -> StokerProcess.read(heard).contains("bound"));
    }
    try (StokerProcess daemon =
        serve(Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "500000"))) {
      daemon.await("ready", () -> StokerProcess.read(heard).contains("READY=1 | STATUS=keeps 1"));
      daemon.await("alive", () -> StokerProcess.read(heard).contains("WATCHDOG=1"));
      daemon.signal("HUP");
      daemon.await(
          "reloaded", () -> StokerProcess.read(heard).contains("READY=1 | STATUS=reloaded"));
      end(daemon);
      assertThat(StokerProcess.read(heard))
          .containsSubsequence("READY=1", "RELOADING=1", "READY=1", "STOPPING=1");
    } finally {
      listener.destroy();
      listener.waitFor();
    }
  }

  @Test
  void aServiceManagerThatIsNotThereIsNoReasonToFail() throws Exception {
    try (StokerProcess daemon =
        serve(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()))) {
      end(daemon);
    }
  }

  @Test
  void theMetricsPassTheCheckOfPrometheus() throws Exception {
    Tool promtool = Tool.require("promtool", "install Debian's package 'prometheus'");
    try (StokerProcess daemon = serve(Map.of(), "--open-metrics")) {
      try (StokerProcess ask = StokerProcess.run(folder, Map.of(), "ask", "Hello")) {
        assertThat(ask.exitCode()).as(ask.output()).isZero();
      }
      String page = metrics();
      assertThat(page)
          .contains(
              "stoker_service_state{service=\"alpha\",state=\"Running\"} 1.0",
              "stoker_service_starts_total{outcome=\"ready\",service=\"alpha\"} 1.0");

      Tool.Run checked = promtool.run(folder, page, "check", "metrics");
      Tool.Run rules =
          promtool.run(
              folder,
              "",
              "check",
              "rules",
              StokerProcess.ROOT.resolve("docs/operating/alerts.yml").toString());

      assertThat(checked).isEqualTo(new Tool.Run(0, ""));
      assertThat(rules.code()).as(rules.output()).isZero();
      end(daemon);
    }
  }

  private String metrics() throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control + "/metrics"))
              .header("Accept", "text/plain")
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Test
  void theApiAnswersNothingThatItsDescriptionDoesNotSay() throws Exception {
    Tool schemathesis = Tool.require("schemathesis", "pip install schemathesis");
    // Where something is missing on the machine, or not answered in time, that is documented.
    Path settings =
        Files.writeString(
            folder.resolve("schemathesis.toml"),
            """
            [checks.not_a_server_error]
            expected-statuses = ["2xx", "3xx", "4xx", 502, 503, 504]
            """);
    try (StokerProcess daemon = serve(Map.of("HF_HUB_OFFLINE", "1"))) {
      Tool.Run run =
          schemathesis.run(
              folder,
              "",
              "--config-file",
              settings.toString(),
              "run",
              "http://127.0.0.1:" + control + "/openapi.json",
              "--header",
              "Authorization: Bearer " + token(),
              "--checks",
              "not_a_server_error,status_code_conformance,content_type_conformance,"
                  + "response_schema_conformance,unsupported_method",
              // It does not end.
              "--exclude-path",
              "/v1/events",
              // It would: by fetching gigabytes.
              "--exclude-path",
              "/v1/engines/install",
              "--phases",
              "examples,coverage,fuzzing",
              "--max-examples",
              "10",
              "--request-timeout",
              "30",
              "--no-color");

      assertThat(run.code()).as(run.output()).isZero();
      end(daemon);
    }
  }
}
