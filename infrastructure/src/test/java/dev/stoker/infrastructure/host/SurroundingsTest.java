package dev.stoker.infrastructure.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.Scheduler;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against stand-ins of systemd and logind: neither runs where these tests do. */
class SurroundingsTest {
  private static final String UNIT = "0::/system.slice/stoker.service\n";
  private static final String USER_UNIT =
      "0::/user.slice/user-1000.slice/user@1000.service/app.slice/stoker.service\n";
  private static final String SESSION = "0::/user.slice/user-1000.slice/session-3.scope\n";

  @TempDir Path proc;
  private final Map<String, String> answers = new HashMap<>();
  private Map<String, String> environment = Map.of("INVOCATION_ID", "x");

  /** Programs that answer as they were told to, and are not there otherwise. */
  private final class Answering implements Commands {
    @Override
    public int run(
        List<String> command, Map<String, String> given, Path directory, Consumer<String> line)
        throws IOException {
      String answer = answers.get(String.join(" ", command));
      if (answer == null) {
        throw new IOException("no such program: " + command);
      }
      line.accept(answer);
      return 0;
    }
  }

  /** Runs nothing. */
  private static final class Idle implements Scheduler {
    @Override
    public void execute(String name, Runnable task) {}

    @Override
    public void schedule(String name, Duration delay, Runnable task) {}
  }

  private List<String> warnings(String cgroup, String limits) throws IOException {
    Files.writeString(proc.resolve("cgroup"), cgroup);
    Files.writeString(proc.resolve("limits"), limits);
    return new LinuxSurroundings(
            new Answering(), new Settings(environment, proc, proc), new Idle(), proc)
        .warnings();
  }

  @Test
  void aUnitThatEndsItsServersIsSaid() throws IOException {
    answers.put("systemctl show -p KillMode --value stoker.service", "control-group");
    assertThat(warnings(UNIT, ""))
        .singleElement()
        .asString()
        .contains("stoker.service", "KillMode=control-group", "KillMode=process");

    answers.put("systemctl show -p KillMode --value stoker.service", "process");
    assertThat(warnings(UNIT, "")).isEmpty();
  }

  @Test
  void aUserUnitIsAskedOfTheUsersManager() throws IOException {
    answers.put("systemctl --user show -p KillMode --value stoker.service", "mixed");
    assertThat(warnings(USER_UNIT, "")).singleElement().asString().contains("KillMode=mixed");
  }

  @Test
  void aShellInAUnitIsNotThatUnit() throws IOException {
    environment = Map.of();
    answers.put("systemctl show -p KillMode --value stoker.service", "control-group");
    assertThat(warnings(UNIT, "")).isEmpty();
  }

  @Test
  void aSessionThatIsEndedAtLogoutIsSaid() throws IOException {
    String question =
        "busctl get-property org.freedesktop.login1 /org/freedesktop/login1"
            + " org.freedesktop.login1.Manager KillUserProcesses";
    answers.put(question, "b true");
    answers.put("loginctl show-user 1000 -p Linger --value", "no");
    assertThat(warnings(SESSION, ""))
        .singleElement()
        .asString()
        .contains("at logout", "systemctl --user", "enable-linger");

    answers.put(question, "b false");
    assertThat(warnings(SESSION, "")).isEmpty();
  }

  @Test
  void fewOpenFilesAreSaid() throws IOException {
    String limits =
        "Limit           Soft Limit  Hard Limit  Units\nMax open files   %s   4096  files\n";
    assertThat(warnings("0::/\n", String.format(limits, "256")))
        .singleElement()
        .asString()
        .contains("only 256 files", "ulimit -n");
    assertThat(warnings("0::/\n", String.format(limits, "1048576"))).isEmpty();
  }

  @Test
  void whereNothingAnswersNothingIsSaid() throws IOException {
    assertThat(warnings(UNIT, "")).isEmpty();
    assertThat(warnings(SESSION, "")).isEmpty();
    assertThat(warnings("", "")).isEmpty();
  }
}
