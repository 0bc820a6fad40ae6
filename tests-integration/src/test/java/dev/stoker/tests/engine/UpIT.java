package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code stoker up} as a user runs it, on the practice engine; the operating system is the judge.
 */
@Timeout(240)
class UpIT {
  @TempDir Path folder;
  private final int port = Machine.freePort();
  private Set<String> sharedMemory = Set.of();
  private Path engine = Path.of("");

  @BeforeEach
  void makeEngine() throws IOException {
    sharedMemory = Machine.sharedMemory();
    engine = FakeEngine.create(folder.resolve("engine"), "0.32.0+cpu");
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
    assertThat(Machine.isFree(port)).isTrue();
    assertThat(Machine.names(folder.resolve("home/run"))).isEmpty();
    assertThat(Machine.sharedMemory()).isEqualTo(sharedMemory);
  }

  private StokerProcess up(String fault, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("up", "demo", "--practice", "--port", Integer.toString(port)));
    arguments.addAll(List.of(more));
    return StokerProcess.run(
        folder, Map.of("STOKER_PRACTICE", fault), arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  @Tag("AC-001")
  @Tag("UT-001")
  @Tag("NFR-011")
  void servesUntilASignalAndLeavesNothing(String signal, int code) throws Exception {
    try (StokerProcess stoker = up("")) {
      stoker.awaitOutput("Ctrl-C stops it.");
      assertThat(stoker.output())
          .contains(
              "http://127.0.0.1:" + port + "/v1",
              "curl -s",
              "answered  This is Stoker's practice engine: it answers every request with this"
                  + " sentence and is no model.",
              "engine: practice",
              "loading the weights",
              "Ready after",
              "practice plays vllm 0.32.0")
          .doesNotContain("\u001b");
      assertThat(Machine.processesOf(folder)).hasSize(4);

      stoker.signal(signal);
      assertThat(stoker.exitCode()).isEqualTo(code);
      assertThat(stoker.output()).contains("Stopped; nothing of it is left.");
    }
  }

  @Test
  void aServerThatSwallowsTheFirstSigtermIsStoppedAllTheSame() throws Exception {
    try (StokerProcess stoker = up("slow=weights:600")) {
      stoker.awaitOutput("loading the weights");
      stoker.signal("INT");
      assertThat(stoker.exitCode()).isEqualTo(130);
    }
  }

  @Test
  void aDeafServerIsKilledAndASecondSignalHurries() throws Exception {
    try (StokerProcess stoker = up("term=ignore", "--stop-timeout", "1h")) {
      stoker.awaitOutput("Ctrl-C stops it.");
      stoker.signal("INT");
      stoker.awaitOutput("Stopping");
      stoker.signal("INT");
      assertThat(stoker.exitCode()).isEqualTo(130);
      assertThat(stoker.output()).contains("Killing it");
    }
  }

  @Test
  @Tag("NFR-011")
  @Tag("AC-019")
  @Tag("FR-032")
  void orphansOfAKilledServerAreEnded() throws Exception {
    try (StokerProcess stoker = up("orphan")) {
      stoker.awaitOutput("Ctrl-C stops it.");
      long server = Long.parseLong(stoker.output().replaceAll("(?s).*  pid +(\\d+).*", "$1"));
      new ProcessBuilder("kill", "-KILL", Long.toString(server)).start().waitFor();
      stoker.awaitOutput("The server is gone (signal 9");
      stoker.awaitOutput("Ready again.");
      assertThat(Machine.processesOf(folder)).hasSize(5).doesNotContain(server);
      stoker.signal("TERM");
      assertThat(stoker.exitCode()).isEqualTo(143);
    }
  }

  @Test
  void deathWhileLoadingShowsTheCauseWithoutItsEscapes() throws Exception {
    try (StokerProcess stoker =
        up("crash=weights:the weights \u001b]0;evil\u0007are \u001b[31mbad\n")) {
      assertThat(stoker.exitCode()).isEqualTo(5);
      assertThat(stoker.output())
          .contains(
              "error VLM-015",
              "exit code 1",
              "cause: RuntimeError: the weights are bad",
              "its own words:")
          .doesNotContain("\u001b", "evil");
    }
  }

  @Test
  @Tag("FR-047")
  @Tag("AC-040")
  @Tag("FR-023")
  void neverReadyIsGivenUp() throws Exception {
    try (StokerProcess stoker = up("slow=weights:600", "--model-load-timeout", "2")) {
      assertThat(stoker.exitCode()).isEqualTo(6);
      assertThat(stoker.output())
          .contains("error VLM-004", "no progress for 2 s", "lifecycle.model_load_timeout_seconds");
    }
  }

  @Test
  void noSignOfLifeIsGivenUp() throws Exception {
    // Starting Python may be seen to take processor time, which is a sign of life: then the stall
    // limit holds.
    try (StokerProcess stoker =
        up("slow=launch:600", "--start-timeout", "1", "--model-load-timeout", "4")) {
      assertThat(stoker.exitCode()).isEqualTo(6);
      assertThat(stoker.output()).containsPattern("error VLM-(017|004)");
    }
  }

  @Test
  @Tag("AC-005")
  @Tag("UT-002")
  @Tag("FR-043")
  @Tag("AC-036")
  void aTakenPortNamesItsHolder() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
        StokerProcess stoker = up("")) {
      assertThat(stoker.exitCode()).isEqualTo(4);
      assertThat(stoker.output())
          .contains(
              "error VLM-005",
              "port "
                  + taken.getLocalPort()
                  + " is in use by pid "
                  + ProcessHandle.current().pid());
    }
  }

  @Test
  void aSecondUpOnTheSameHomeIsRefused() throws Exception {
    try (StokerProcess first = up("")) {
      first.awaitOutput("Ctrl-C stops it.");
      try (StokerProcess second = up("")) {
        assertThat(second.exitCode()).isEqualTo(4);
        assertThat(second.output())
            .contains("error VLM-021", "pid " + first.pid(), "up demo", "stoker serve");
      }
      first.signal("INT");
      assertThat(first.exitCode()).isEqualTo(130);
    }
  }

  private String pidIn(StokerProcess up) {
    var matcher = Pattern.compile("pid +(\\d+)").matcher(up.output());
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  @Tag("NFR-011")
  void whatAKilledStokerLeftIsTakenOverOrSwept() throws Exception {
    String pid;
    try (StokerProcess first = up("")) {
      first.awaitOutput("Ctrl-C stops it.");
      pid = pidIn(first);
      first.signal("KILL");
      assertThat(first.exitCode()).isEqualTo(137);
    }
    assertThat(Machine.processesOf(folder)).isNotEmpty();
    try (StokerProcess second = up("")) {
      second.awaitOutput("Ctrl-C stops it.");
      assertThat(second.output()).contains("what an earlier Stoker left of 'demo'");
      assertThat(pidIn(second)).isEqualTo(pid);
      second.signal("KILL");
      assertThat(second.exitCode()).isEqualTo(137);
    }
    try (StokerProcess sweep = StokerProcess.run(folder, Map.of(), "sweep")) {
      assertThat(sweep.exitCode()).isZero();
      assertThat(sweep.output()).contains("Swept service 'demo' on port " + port);
    }
    try (StokerProcess sweep = StokerProcess.run(folder, Map.of(), "sweep")) {
      assertThat(sweep.exitCode()).isZero();
      assertThat(sweep.output()).contains("Nothing was left.");
    }
  }

  @Test
  void aCorruptStateFileIsSetAsideAndItsServersAreStillFound() throws Exception {
    try (StokerProcess first = up("")) {
      first.awaitOutput("Ctrl-C stops it.");
      first.signal("KILL");
      first.exitCode();
    }
    Path state = folder.resolve("home/state/stoker.db");
    Files.deleteIfExists(folder.resolve("home/state/stoker.db-wal"));
    StokerProcess.write(state, "garbage ".repeat(1000));
    try (StokerProcess second = up("")) {
      assertThat(second.exitCode()).isEqualTo(4);
      assertThat(second.output()).contains("set aside as", "error VLM-022", "found by its mark");
    }
    try (StokerProcess sweep = StokerProcess.run(folder, Map.of(), "sweep")) {
      assertThat(sweep.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up a/b/c                             | 2 | VLM-010 | more than one '/'",
        "up /no/such/folder                   | 2 | VLM-014 | there is no such folder",
        "up --nonsense                        | 2 | error   | Unknown option: '--nonsense'",
        "up demo --max-num-seqs 4             | 2 | error   | behind '--'",
        "up demo --port 0                     | 2 | VLM-009 | must be a whole number from 1 to"
            + " 65535",
        "up demo --port x --mode y            | 2 | VLM-009 | managed, monitored or external",
        "up demo -- --host 0.0.0.0            | 2 | VLM-009 | is Stoker's to set",
        "up demo --engine /no/such/engine     | 3 | VLM-007 | /no/such/engine",
        "up                                   | 2 | error   | no model",
        "nonsense                             | 2 | error   | Unmatched argument",
        "engine remove vllm 9.9.9             | 2 | VLM-009 | Stoker installed no such engine",
        "engine install ollama                | 2 | VLM-009 | must be one of [vllm]",
        "engine install vllm --device rocm    | 3 | VLM-024 | --index",
        "config check demo --config nope.yml  | 2 | VLM-009 | must be a file that exists",
        "completion tcsh                      | 2 | error   | there are: bash, zsh, fish"
      })
  @Tag("AC-008")
  @Tag("AC-025")
  void wrongInputIsOneClearMessage(String line, int code, String title, String words)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of(line.strip().split(" +", -1)));
    if (line.startsWith("up /")) {
      arguments.addAll(List.of("--engine", engine.toString()));
    }
    try (StokerProcess stoker =
        StokerProcess.run(folder, Map.of(), arguments.toArray(String[]::new))) {
      assertThat(stoker.exitCode()).as(stoker.output()).isEqualTo(code);
      assertThat(stoker.output()).contains(title, words).doesNotContain("at dev.stoker");
    }
  }

  @Test
  @Tag("FR-042")
  @Tag("AC-025")
  void badYamlAndSeveralBadValuesAreSaidAtOnce() throws Exception {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        """
        providers:
          vllm:
            prot: 1
            lifecycle:
              mode: nobody
              start_timeout_seconds: -5
        """);
    try (StokerProcess stoker = StokerProcess.run(folder, Map.of(), "config", "check", "demo")) {
      assertThat(stoker.exitCode()).isEqualTo(2);
      assertThat(stoker.output())
          .contains(
              "did you mean 'providers.vllm.port'?",
              ".agent/config.yml:5:13",
              "providers.vllm.lifecycle.start_timeout_seconds = -5");
    }
  }

  @Test
  void tooOldAnEngineIsRefused() throws Exception {
    Path old = FakeEngine.create(folder.resolve("old"), "0.3.3");
    try (StokerProcess stoker =
        StokerProcess.run(folder, Map.of(), "up", "demo", "--engine", old.toString())) {
      assertThat(stoker.exitCode()).isEqualTo(3);
      assertThat(stoker.output()).contains("VLM-008", "0.3.3", "0.4.0 or later");
    }
  }

  @Test
  @Tag("FR-038")
  @Tag("FR-010")
  void configShowTellsWhereValuesComeFrom() throws Exception {
    try (StokerProcess stoker =
        StokerProcess.run(
            folder,
            Map.of("VLLM_PORT", "8123", "VLLM_MODEL", "org/name", "HF_TOKEN", "hf_secret"),
            "config",
            "show",
            "--engine",
            engine.toString())) {
      assertThat(stoker.exitCode()).isZero();
      assertThat(stoker.output())
          .contains(
              "environment VLLM_PORT", "environment VLLM_MODEL", "serve org/name", "--port 8123")
          .doesNotContain("hf_secret");
    }
  }

  @Test
  @Tag("FR-014")
  void secretsStandInNoFileAndNoCommandLine() throws Exception {
    try (StokerProcess stoker =
        StokerProcess.run(
            folder,
            Map.of("HF_TOKEN", "hf_verysecret", "VLLM_API_KEY", "key_verysecret"),
            "up",
            "demo",
            "--practice",
            "--port",
            Integer.toString(port))) {
      stoker.awaitOutput("Ctrl-C stops it.");
      for (long pid : Machine.processesOf(folder)) {
        assertThat(StokerProcess.read(Path.of("/proc", Long.toString(pid), "cmdline")))
            .doesNotContain("verysecret");
      }
      long server = Long.parseLong(stoker.output().replaceAll("(?s).*  pid +(\\d+).*", "$1"));
      assertThat(StokerProcess.read(Path.of("/proc", Long.toString(server), "environ")))
          .as("only the server is given them")
          .contains("HF_TOKEN=hf_verysecret", "VLLM_API_KEY=key_verysecret");
      stoker.signal("INT");
      stoker.exitCode();
      assertThat(stoker.output()).doesNotContain("verysecret").contains("$VLLM_API_KEY");
    }
    try (var files = Files.walk(folder.resolve("home"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("verysecret");
      }
    }
  }
}
