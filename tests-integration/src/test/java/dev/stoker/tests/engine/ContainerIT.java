package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stoker where little is as usual: as the first process of a container, with few open files. */
@Timeout(300)
class ContainerIT {
  @TempDir Path folder;
  private final int port = Machine.freePort();
  private final int control = Machine.freePort();

  private void configure() throws IOException {
    StokerProcess.write(
        folder.resolve(".agent/config.yml"),
        "services:\n  one: {model: demo, engine: practice, port: "
            + port
            + ", lifecycle: {start: eager, stop_on_exit: true}}\n");
  }

  private StokerProcess serveThrough(String... before) throws IOException {
    return StokerProcess.runThrough(
        List.of(before),
        folder,
        Map.of("STOKER_CONTROL_PORT", Integer.toString(control), "STOKER_PRACTICE", "orphan;stray"),
        "serve");
  }

  private static boolean mayUnshare() throws IOException, InterruptedException {
    return new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true")
            .redirectErrorStream(true)
            .start()
            .waitFor()
        == 0;
  }

  /** {@return dead processes of that name whose parent is the first process of its namespace} */
  private static long zombies(long parent) {
    return Machine.names(Path.of("/proc")).stream()
        .filter(pid -> pid.matches("\\d+"))
        .map(pid -> StokerProcess.read(Path.of("/proc", pid, "stat")))
        .filter(stat -> stat.contains(") Z " + parent + " "))
        .count();
  }

  private static long child(long parent) {
    String children =
        StokerProcess.read(Path.of("/proc", parent + "/task/" + parent + "/children")).strip();
    return children.isEmpty() ? 0 : Long.parseLong(children.split(" ", 2)[0]);
  }

  @Test
  @Tag("NFR-011")
  void asTheFirstProcessItTakesLeaveOfTheDead() throws Exception {
    assumeThat(mayUnshare()).as("a process namespace of one's own").isTrue();
    configure();
    try (StokerProcess daemon =
        serveThrough("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")) {
      daemon.awaitOutput("one: Starting -> Running");
      assertThat(daemon.output()).contains("Stoker is the first process of this container");
      long first = child(daemon.pid());
      long engine = Machine.processesNamed(folder, "VLLM::EngineCor").getFirst();
      long main = Machine.processesNamed(folder, "python").getFirst();
      assertThat(List.of(engine, main)).allMatch(pid -> pid > 1);
      new ProcessBuilder("kill", "-KILL", Long.toString(engine)).start().waitFor();
      daemon.awaitOutput("one: Running -> Crashed");
      daemon.await(
          "the next start", () -> daemon.output().split("Starting -> Running", -1).length == 3);
      BooleanSupplier clean = () -> zombies(first) == 0;
      daemon.await("no zombies", clean);
      new ProcessBuilder("kill", "-TERM", Long.toString(first)).start().waitFor();
      assertThat(daemon.exitCode()).isZero();
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  @Test
  @Tag("NFR-011")
  void tooFewOpenFilesAreNoReasonToTakeALivingServerForDead() throws Exception {
    configure();
    try (StokerProcess daemon = serveThrough("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh")) {
      daemon.awaitOutput("one: Starting -> Running");
      assertThat(daemon.output()).contains("only 100 files may be open");
      long pid = Machine.processesNamed(folder, "python").getFirst();
      // Connections that are never used take what files are left.
      try (Hoard hoard = Hoard.of(control, 120)) {
        assertThat(hoard.firstIsClosed()).as("a silent connection is closed").isTrue();
        assertThat(Machine.processesOf(folder)).contains(pid);
        assertThat(daemon.output()).doesNotContain("Crashed");
      }
      try (StokerProcess status = StokerProcess.run(folder, Map.of(), "status", "one")) {
        assertThat(status.exitCode()).as(status.output()).isZero();
        assertThat(status.output()).contains("Running");
      }
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
    assertThat(Machine.processesOf(folder)).isEmpty();
  }
}
