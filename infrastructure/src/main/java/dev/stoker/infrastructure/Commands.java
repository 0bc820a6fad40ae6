package dev.stoker.infrastructure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs programs to their end; for installing and asking, never for servers. */
public interface Commands {
  /**
   * Runs a program. When the calling thread is interrupted the program and all it started are
   * killed.
   *
   * @param command program and arguments
   * @param environment all of its environment
   * @param directory its working directory
   * @param line told each line of its output, both streams; of a line its first million characters
   * @return its exit code
   * @throws IOException when it cannot be started
   * @throws InterruptedException when the calling thread was interrupted
   */
  int run(
      List<String> command, Map<String, String> environment, Path directory, Consumer<String> line)
      throws IOException, InterruptedException;
}
