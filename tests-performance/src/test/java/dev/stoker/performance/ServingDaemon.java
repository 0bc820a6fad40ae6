package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.testing.EmptyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The built program as a daemon with one service, which runs. */
final class ServingDaemon implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

  private final Process process;
  private final Path out;

  /** Where its gateway is. */
  final int port;

  /** Where its server is. */
  final int serverPort;

  /** Starts it, and its service; both answer. */
  static ServingDaemon running(Path place, Path program, Path python) throws IOException {
    ServingDaemon daemon = new ServingDaemon(place, program, python, "eager");
    daemon.await("Starting -> Running");
    return daemon;
  }

  /** Starts it, but not its service, which nobody has needed yet. */
  static ServingDaemon idle(Path place, Path program, Path python) throws IOException {
    ServingDaemon daemon = new ServingDaemon(place, program, python, "lazy");
    daemon.await("control API at");
    return daemon;
  }

  private ServingDaemon(Path place, Path program, Path python, String start) throws IOException {
    this.port = Integer.parseInt(UpFigures.freePort());
    this.serverPort = Integer.parseInt(UpFigures.freePort());
    this.out = place.resolve("out");
    Files.createDirectories(place.resolve(".agent"));
    Files.writeString(
        place.resolve(".agent/config.yml"),
        """
        services:
          one:
            model: %s
            engine: %s
            port: %d
            lifecycle: {start: %s, stop_on_exit: true}
        """
            .formatted(
                EmptyModel.create(place.resolve(PretendedEngine.MODEL)),
                python,
                serverPort,
                start));
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(),
            "serve",
            "--control-port",
            UpFigures.freePort(),
            "--gateway-port",
            Integer.toString(port));
    builder.environment().put("STOKER_HOME", place.resolve("home").toString());
    builder.directory(place.toFile()).redirectErrorStream(true).redirectOutput(out.toFile());
    this.process = builder.start();
  }

  private void await(String text) throws IOException {
    long began = System.nanoTime();
    while (!Files.readString(out).contains(text)) {
      assertThat(process.isAlive()).as(Files.readString(out)).isTrue();
      assertThat(System.nanoTime() - began).as(Files.readString(out)).isLessThan(PATIENCE_NANOS);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
