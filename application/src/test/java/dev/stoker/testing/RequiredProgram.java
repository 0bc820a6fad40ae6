package dev.stoker.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;

/** A program of others that a test needs. */
public final class RequiredProgram {
  private RequiredProgram() {}

  /**
   * {@return where it is; where it is not installed the test is skipped, or fails where
   * STOKER_REQUIRE names it}
   *
   * @param name as it is typed
   * @param advice how it is installed
   * @param environment of the test
   */
  public static Path find(String name, String advice, Map<String, String> environment) {
    Optional<Path> found = onPath(name, environment);
    String problem = name + " is not on PATH; to run this test: " + advice;
    if (List.of(environment.getOrDefault("STOKER_REQUIRE", "").split(",", -1)).contains(name)) {
      Assertions.assertTrue(found.isPresent(), problem);
    }
    assumeTrue(found.isPresent(), problem);
    return found.orElseThrow();
  }

  private static Optional<Path> onPath(String name, Map<String, String> environment) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, name);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
