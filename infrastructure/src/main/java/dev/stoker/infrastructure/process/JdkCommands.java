package dev.stoker.infrastructure.process;

import dev.stoker.infrastructure.Commands;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs programs by the JDK's own means, output read on a thread of its own. */
final class JdkCommands implements Commands {
  /** What a line has beyond that is left out: a program may print anything. */
  private static final int LONGEST_LINE = 1 << 20;

  /** Programs that live on although they were killed. */
  private final Map<String, Process> hanging = new ConcurrentHashMap<>();

  @Inject
  JdkCommands() {}

  @Override
  public int run(
      List<String> command, Map<String, String> environment, Path directory, Consumer<String> line)
      throws IOException, InterruptedException {
    refuseBesideOneThatHangs(command.getFirst());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .name("output-" + process.pid())
            .start(() -> read(process, line));
    try {
      int code = process.waitFor();
      reader.join();
      return code;
    } finally {
      endAll(process);
      remember(command.getFirst(), process);
    }
  }

  /** What a driver holds cannot be killed; another one would only be held too. */
  private void refuseBesideOneThatHangs(String program) throws IOException {
    Process before = hanging.get(program);
    if (before != null && before.isAlive()) {
      throw new IOException(
          program + " (pid " + before.pid() + ") hangs and cannot be ended; it is not run again");
    }
    hanging.remove(program);
  }

  private void remember(String program, Process process) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        hanging.put(program, process);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void read(Process process, Consumer<String> line) {
    try (BufferedReader reader = process.inputReader()) {
      StringBuilder text = new StringBuilder();
      for (int next = reader.read(); next >= 0; next = reader.read()) {
        if (next == '\n') {
          line.accept(text.toString());
          text.setLength(0);
        } else if (next != '\r' && text.length() < LONGEST_LINE) {
          text.append((char) next);
        }
      }
      if (!text.isEmpty()) {
        line.accept(text.toString());
      }
    } catch (IOException | UncheckedIOException e) {
      // The program was killed: there is nothing more to read.
      return;
    }
  }

  private static void endAll(Process process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
