package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.http.message.Fields;
import dev.stoker.http.message.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, manual pages and completion, all made from the commands themselves. */
@Timeout(120)
class CommandLineIT {
  private static final List<String> COMMANDS =
      List.of(
          "up",
          "serve",
          "start",
          "stop",
          "restart",
          "status",
          "logs",
          "services",
          "reload",
          "sweep",
          "engine",
          "config",
          "version",
          "completion",
          "man");
  @TempDir Path folder;

  private String run(int code, String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, Map.of(), arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  @Test
  @Tag("FR-048")
  @Tag("NFR-014")
  void aFailureOfACommandIsWrittenToTheLogToo() throws Exception {
    Map<String, String> environment = Map.of("STOKER_LOG", "error", "STOKER_LOG_FORMAT", "json");
    try (StokerProcess command = StokerProcess.run(folder, environment, "status", "nosuch")) {
      assertThat(command.exitCode()).isEqualTo(2);
      assertThat(command.output().lines().filter(line -> line.startsWith("{")))
          .singleElement()
          .satisfies(
              line -> {
                Fields event = Json.object(line);
                assertThat(event.requiredText("level")).isEqualTo("ERROR");
                assertThat(event.requiredText("message")).isEqualTo("failure");
                assertThat(event.objects("kvpList").getFirst().requiredText("code"))
                    .isEqualTo("VLM-031");
              });
    }
  }

  @Test
  void helpNamesEveryCommandAndHidesTheLaunchers() throws Exception {
    String help = run(0, "--help");

    assertThat(help).contains(COMMANDS).doesNotContain("train");
  }

  /** Else later starts were slower, and nothing said so. */
  @ParameterizedTest
  @ValueSource(strings = {"client", "daemon"})
  void whatTheLauncherRecordsIsGoneThrough(String kind) throws Exception {
    assertThat(run(0, "train", kind)).doesNotContain("error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "serve", "start", "status", "logs", "engine"})
  void everyCommandExplainsItself(String command) throws Exception {
    assertThat(run(0, command, "--help")).contains("Usage: stoker " + command, "--help");
  }

  @Test
  void manualPagesAreMadeOfTheCommands() throws Exception {
    assertThat(run(0, "man")).contains(".TH STOKER 1").contains("stoker serve");
    String page = run(0, "man", "status");
    assertThat(page)
        .startsWith(".TH STOKER-STATUS 1")
        .contains(".SH NAME", ".SH OPTIONS", "\\-\\-watch", "\\-\\-json", ".SH EXIT STATUS");
    assertThat(run(2, "man", "nothing")).contains("there is no command 'nothing'");
  }

  @Test
  void completionKnowsEveryCommand() throws Exception {
    for (String shell : List.of("bash", "zsh", "fish")) {
      String script = run(0, "completion", shell);
      assertThat(script).contains(COMMANDS).contains("control-port");
    }
    Path script = folder.resolve("completion.bash");
    Files.writeString(script, run(0, "completion", "bash"));
    assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
    assertThat(run(0, "completion", "fish"))
        .contains("complete -c stoker -n '__fish_seen_subcommand_from status' -s w -l watch");
  }
}
