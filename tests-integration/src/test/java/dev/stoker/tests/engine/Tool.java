package dev.stoker.tests.engine;

import dev.stoker.testing.RequiredProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** A program of others that a test needs. */
final class Tool {
  private static final long PATIENCE_SECONDS = 240;

  private final Path program;

  private Tool(Path program) {
    this.program = program;
  }

  /**
   * {@return it; where it is not installed the test is skipped, or fails where STOKER_REQUIRE names
   * it}
   *
   * @param name as it is typed
   * @param advice how it is installed
   */
  static Tool require(String name, String advice) {
    return new Tool(RequiredProgram.find(name, advice, System.getenv()));
  }

  /**
   * What it did.
   *
   * @param code its exit code
   * @param output everything that it printed
   */
  record Run(int code, String output) {}

  /** {@return what it did with these arguments and this input} */
  Run run(Path folder, String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path in = Files.writeString(Files.createTempFile(folder, "in", ".txt"), input);
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      Assertions.assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it goes on");
      return new Run(process.exitValue(), Files.readString(out));
    } finally {
      process.destroyForcibly();
    }
  }
}
