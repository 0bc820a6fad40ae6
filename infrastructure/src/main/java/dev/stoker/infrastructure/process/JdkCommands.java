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
import java.util.function.Consumer;

/** Runs programs by the JDK's own means, output read on a thread of its own. */
final class JdkCommands implements Commands {
  @Inject
  JdkCommands() {}

  @Override
  public int run(
      List<String> command, Map<String, String> environment, Path directory, Consumer<String> line)
      throws IOException, InterruptedException {
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
    }
  }

  private static void read(Process process, Consumer<String> line) {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(line);
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
