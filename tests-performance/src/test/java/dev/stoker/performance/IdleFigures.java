package dev.stoker.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a daemon takes of a processor while its service runs and nobody asks anything. */
final class IdleFigures {
  private static final int SETTLE_SECONDS = 30;
  private static final int WATCHED_SECONDS = 40;

  private final Path folder;
  private final Path program;

  IdleFigures(Path folder, Path program) {
    this.folder = folder.resolve("idle");
    this.program = program;
  }

  void add(ResultTable table) throws IOException {
    Files.createDirectories(folder);
    try (ServingDaemon daemon =
        ServingDaemon.running(
            folder, program, PretendedEngine.create(folder, StreamBackend.SCRIPT))) {
      pass(SETTLE_SECONDS);
      double before = UpFigures.processorMicros(daemon.pid());
      pass(WATCHED_SECONDS);
      double micros = UpFigures.processorMicros(daemon.pid()) - before;
      table.add(
          "serve: processor, idle, 1 service with checks",
          0.1,
          "%",
          micros / WATCHED_SECONDS / 1e4);
    }
  }

  /** Lets so much time pass. */
  static void pass(int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
