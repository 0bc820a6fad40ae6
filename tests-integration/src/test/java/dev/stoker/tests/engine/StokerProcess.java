package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The built program as a user runs it: a process with output, signals and an exit code. */
final class StokerProcess implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("stoker.root", ".."));
  private static final Path PROGRAM =
      ROOT.resolve("adapters-cli/target/stoker/stoker/bin/stoker").toAbsolutePath();
  private static final int PATIENCE_SECONDS = 150;

  private final Process process;
  private final Path out;

  private StokerProcess(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  static StokerProcess run(Path home, Map<String, String> environment, String... arguments)
      throws IOException {
    return runThrough(List.of(), home, environment, arguments);
  }

  /** Through another program, which becomes it or starts it. */
  static StokerProcess runThrough(
      List<String> before, Path home, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(PROGRAM.toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(home, "out", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("STOKER_HOME", home.resolve("home").toString());
    // Several daemons run beside each other.
    builder.environment().put("STOKER_GATEWAY_PORT", Integer.toString(Machine.freePort()));
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Dshould.be=ignored");
    builder.environment().keySet().removeAll(List.of("VLLM_PORT", "VLLM_MODEL", "VIRTUAL_ENV"));
    builder.environment().putAll(environment);
    builder.directory(home.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()));
    builder.redirectInput(Path.of("/dev/null").toFile());
    return new StokerProcess(builder.start(), out);
  }

  String output() {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      return "";
    }
  }

  long pid() {
    return process.pid();
  }

  void awaitOutput(String text) {
    await(text, () -> output().contains(text) || !process.isAlive());
    assertThat(output()).contains(text);
  }

  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("waiting for %s; so far: %s", what, output())
          .isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  /** {@return what the file holds, or nothing} */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
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
