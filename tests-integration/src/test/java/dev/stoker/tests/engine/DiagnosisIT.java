package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hangs, incidents and what is said of them, as an operator meets them; on the practice engine. */
@Timeout(240)
class DiagnosisIT {
  private static final String PLANTED = "Zq81LmN0pRsTuVwXyZ01";

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

  private void configure(String options) throws IOException {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        providers:
          vllm: {engine: practice, model: demo, lifecycle: {stop_on_exit: true}}
        services:
          one: {port: %d%s}
        """
            .formatted(port, options));
  }

  private Path faults() {
    return folder.resolve("faults");
  }

  private StokerProcess serve(String... environment) throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("STOKER_CONTROL_PORT", Integer.toString(control));
    all.put("STOKER_PRACTICE_CONTROL", faults().toString());
    for (int i = 0; i < environment.length; i += 2) {
      all.put(environment[i], environment[i + 1]);
    }
    StokerProcess daemon = StokerProcess.run(folder, all, "serve");
    daemon.awaitOutput("control API at");
    return daemon;
  }

  private String run(int code, String... arguments) throws Exception {
    Map<String, String> same = Map.of("STOKER_PRACTICE_CONTROL", faults().toString());
    try (StokerProcess command = StokerProcess.run(folder, same, arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  private static int count(StokerProcess daemon, String text) {
    return daemon.output().split(Pattern.quote(text), -1).length - 1;
  }

  private static void awaitStarts(StokerProcess daemon, int starts) {
    daemon.await(starts + " starts", () -> count(daemon, "one: Starting -> Running") == starts);
  }

  @Test
  @Tag("FR-020")
  void aHangIsSeenSaidAndEndedWhetherTheEngineCountsTheRequestOrNot() throws Exception {
    configure(", lifecycle: {hang_timeout_seconds: 4, canary_interval_seconds: 2}");
    try (StokerProcess daemon = serve();
        HttpClient client = Requests.client()) {
      run(0, "start", "one");
      Files.writeString(faults(), "hang=counted");
      var _ =
          Requests.postAsync(
              client,
              port,
              "/v1/completions",
              "",
              "{\"model\": \"demo\", \"prompt\": \"x\", \"max_tokens\": 9, \"ignore_eos\": true}");
      daemon.awaitOutput("one: degraded: ");
      daemon.awaitOutput("one: Running -> Stopping");
      Files.writeString(faults(), "");
      awaitStarts(daemon, 2);
      assertThat(run(0, "incidents", "show", "one-1"))
          .contains("VLM-035", " running", "a request of one token unanswered");

      Files.writeString(faults(), "hang=uncounted");
      daemon.await(
          "the second hang", () -> count(daemon, "one: Running -> Stopping (the server has") == 2);
      Files.writeString(faults(), "");
      awaitStarts(daemon, 3);
      assertThat(run(0, "incidents", "show", "one-2")).contains("VLM-035", "one token unanswered");
      daemon.signal("TERM");
      daemon.exitCode();
    }
  }

  @Test
  @Tag("FR-020")
  @Tag("AC-016")
  void aServerThatAnswersItsChecksTooLateIsRestarted() throws Exception {
    configure(", lifecycle: {health_check_interval_seconds: 1}");
    try (StokerProcess daemon = serve()) {
      run(0, "start", "one");
      Files.writeString(faults(), "slow-health=8");
      daemon.awaitOutput("one: Running -> Stopping");
      Files.writeString(faults(), "");
      awaitStarts(daemon, 2);
      assertThat(run(0, "incidents", "show", "one-1"))
          .contains("VLM-028", "3 health checks in a row failed");
      daemon.signal("TERM");
      daemon.exitCode();
    }
  }

  @Test
  void whatLeavesTheMachineHoldsNoSecret() throws Exception {
    configure("");
    Files.writeString(
        faults(), "crash=weights:token hf_" + PLANTED + " of http://me:" + PLANTED + "@proxy:1");
    try (StokerProcess daemon =
        serve("HF_TOKEN", "own-" + PLANTED, "VLLM_API_KEY", "key-" + PLANTED)) {
      run(5, "start", "one");
      String output = run(0, "incidents", "export", "one-1", "-o", "capsule.zip");
      assertThat(output).contains("capsule.zip");
      Path file = folder.resolve("capsule.zip");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      Map<String, String> parts = unpacked(file);

      assertThat(parts)
          .containsKeys(
              "README.txt",
              "incident.json",
              "history.json",
              "output.log",
              "good-start.json",
              "doctor.json");
      assertThat(parts.values()).allSatisfy(text -> assertThat(text).doesNotContain(PLANTED));
      assertThat(parts.get("output.log")).contains("token [redacted]", "Starting to load model");
      assertThat(parts.get("incident.json")).contains("VLM-015");
      assertThat(run(2, "incidents", "export", "one-1", "-o", "capsule.zip"))
          .contains("must not exist yet");
      assertThat(run(2, "incidents", "export", "one-9")).contains("names no incident");
      daemon.signal("TERM");
      daemon.exitCode();
    }
  }

  private static Map<String, String> unpacked(Path file) throws IOException {
    Map<String, String> parts = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName();
        parts.put(
            name.substring(name.indexOf('/') + 1),
            new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return parts;
  }

  @Test
  void theDoctorLooksAtTheMachineAndComparesWithTheLastGoodStart() throws Exception {
    configure("");
    assertThat(run(0, "doctor", "--service", "one")).contains("No good start");
    try (StokerProcess daemon = serve()) {
      run(0, "start", "one");
      run(0, "stop", "one");
      daemon.signal("TERM");
      daemon.exitCode();
    }
    assertThat(run(0, "doctor", "--service", "one")).contains("It would start as it did");
    configure(", args: [--seed, '7']");

    assertThat(run(0, "doctor", "--service", "one")).contains("argument --seed", "is   7");
    assertThat(run(0, "doctor", "--service", "one", "--json")).contains("\"differences\"");
    try (StokerProcess doctor = StokerProcess.run(folder, Map.of(), "doctor")) {
      doctor.exitCode();
      assertThat(doctor.output()).contains("memory", "port of 'one'", port + " is free", "GPU");
    }
  }

  @Test
  @Tag("FR-047")
  void anyOutputIsExplained() throws Exception {
    Path file = folder.resolve("vllm.log");
    Files.writeString(
        file,
        """
        (APIServer pid=1) INFO 11-22 10:00:00 [api_utils.py:286] non-default args: {'model': 'acme/x', 'port': 8001}
        (EngineCore pid=2) ERROR 11-22 10:00:01 [core.py:1] \
        ValueError: Free memory on device cuda:0 (4.21/23.99 GiB) on startup is less than desired GPU memory \
        utilization (0.9, 21.59 GiB). Decrease GPU memory utilization
        """);

    assertThat(run(0, "explain", file.toString()))
        .contains("VLM-006", "4.21 of 23.99 GiB free", "nvidia-smi");
    assertThat(run(0, "explain", "--json", file.toString())).contains("\"code\":\"VLM-006\"");
    Files.writeString(file, "all is well\n");
    assertThat(run(0, "explain", file.toString()))
        .contains("No failure that ended a server is reported in it.");
    assertThat(run(2, "explain", "nowhere.log")).contains("there is no such file");
  }
}
