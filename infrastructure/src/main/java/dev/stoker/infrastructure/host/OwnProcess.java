package dev.stoker.infrastructure.host;

import dev.stoker.application.OwnCost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** Reads what /proc says of this process (proc(5)). */
final class OwnProcess {
  private static final Path SELF = Path.of("/proc/self");
  private static final ProcessHandle.Info INFO = ProcessHandle.current().info();

  private OwnProcess() {}

  static OwnCost now() {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      String status = Files.readString(SELF.resolve("status"));
      return new OwnCost(
          INFO.startInstant().orElse(Instant.EPOCH),
          ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO),
          number(status, "VmRSS:") * 1024,
          files.count(),
          mostOpenFiles(),
          number(status, "Threads:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long mostOpenFiles() throws IOException {
    return number(Files.readString(SELF.resolve("limits")), "Max open files");
  }

  /** {@return the first number behind a name; 0 where it is no number, such as unlimited} */
  static long number(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+", 2)[0])
        .filter(word -> word.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
