package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** How soon the daemon sees a death that the kernel tells it nothing of. */
final class DeathFigures {
  private static final int RUNS = 3;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private final Path place;
  private final String program;

  DeathFigures(Path folder, Path root) {
    this.place = folder.resolve("deaths");
    this.program = root.resolve("adapters-cli/target/stoker/stoker/bin/stoker").toString();
  }

  void add(ResultTable table) throws IOException, InterruptedException {
    Files.createDirectories(place.resolve(".agent"));
    Files.writeString(
        place.resolve(".agent/config.yml"),
        "providers: {vllm: {engine: practice, model: demo}}\nservices:\n  s: {model: demo, port: "
            + UpFigures.freePort()
            + ", lifecycle: {start: eager, stop_on_exit: true}}\n");
    double[] engine = new double[RUNS];
    double[] adopted = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      Process first = serve("first");
      await("first", "Starting -> Running");
      // It is watched from its second sighting on, which comes with the first health check.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
      engine[i] = death(process("VLLM::EngineCor"), "first");
      await("first", "Starting -> Running", 2);
      first.destroyForcibly().waitFor();
      Process second = serve("second");
      try {
        await("second", "-> Running");
        adopted[i] = death(main(), "second");
      } finally {
        end(second);
      }
    }
    table.add("death of the engine seen, the server still there", 1000, "ms", engine);
    table.add("death of a server taken over seen", 1000, "ms", adopted);
  }

  private Process serve(String out) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program, "serve", "--control-port", UpFigures.freePort());
    builder.environment().put("STOKER_HOME", place.resolve("home").toString());
    builder.environment().put("STOKER_GATEWAY_PORT", UpFigures.freePort());
    builder.directory(place.toFile());
    builder.redirectErrorStream(true).redirectOutput(place.resolve(out).toFile());
    return builder.start();
  }

  /** Its server with it. */
  private static void end(Process daemon) throws InterruptedException {
    daemon.destroy();
    daemon.waitFor(60, TimeUnit.SECONDS);
  }

  private double death(long pid, String out) throws IOException {
    long began = System.nanoTime();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await(out, "Running -> Crashed");
    return (System.nanoTime() - began) / 1e6;
  }

  private void await(String out, String text) throws IOException {
    await(out, text, 1);
  }

  private void await(String out, String text, int times) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Path file = place.resolve(out);
    while (Files.readString(file).split(text, -1).length <= times) {
      assertThat(System.nanoTime()).as(Files.readString(file)).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private long main() throws IOException {
    return members().stream()
        .filter(pid -> read(pid, "cmdline").contains("api_server"))
        .findFirst()
        .orElseThrow();
  }

  private long process(String name) throws IOException {
    return members().stream()
        .filter(pid -> read(pid, "comm").startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  /** Processes with a mark of this home. */
  private List<Long> members() throws IOException {
    String home = place.resolve("home").toString();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .map(Long::parseLong)
          .filter(pid -> read(pid, "environ").contains(home))
          .filter(pid -> read(pid, "environ").contains("STOKER_LEASE"))
          .toList();
    }
  }

  private static String read(long pid, String what) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), what));
    } catch (IOException e) {
      return "";
    }
  }
}
