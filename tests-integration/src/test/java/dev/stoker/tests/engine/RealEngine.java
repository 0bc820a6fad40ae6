package dev.stoker.tests.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/**
 * The real vLLM that {@code ./stoker engine install vllm} put into the user's own home: the newest,
 * or with {@code -Dengine.version=0.26.0} that one.
 */
final class RealEngine {
  private static final String VERSION = System.getProperty("engine.version", "");

  private static final Pattern PYTHON =
      Pattern.compile(
          "\"version\":\""
              + (VERSION.isEmpty() ? "[^\"]*" : Pattern.quote(VERSION))
              + "\",\"device\":\"cpu\"[^}]*\"python\":\"([^\"]+)\"[^}]*\"owned\":true");

  private RealEngine() {}

  /**
   * {@return its interpreter; without one the test is skipped, or fails where STOKER_REQUIRE says
   * so}
   */
  static Path require() throws IOException, InterruptedException {
    Optional<Path> found = find();
    boolean required =
        List.of(System.getenv().getOrDefault("STOKER_REQUIRE", "").split(",", -1)).contains("vllm");
    String advice =
        "no real vLLM "
            + VERSION
            + " here; to run this test: ./stoker engine install vllm --device cpu"
            + (VERSION.isEmpty() ? "" : " --version " + VERSION);
    if (required) {
      Assertions.assertTrue(found.isPresent(), advice);
    }
    assumeTrue(found.isPresent(), advice);
    return found.orElseThrow();
  }

  private static Optional<Path> find() throws IOException, InterruptedException {
    Path out = Files.createTempFile("engines", ".json");
    try {
      Process list =
          new ProcessBuilder(
                  StokerProcess.ROOT
                      .resolve("adapters-cli/target/stoker/stoker/bin/stoker")
                      .toString(),
                  "engine",
                  "list",
                  "--json")
              .redirectOutput(out.toFile())
              .start();
      list.waitFor();
      Matcher matcher = PYTHON.matcher(Files.readString(out));
      return matcher.find() ? Optional.of(Path.of(matcher.group(1))) : Optional.empty();
    } finally {
      Files.delete(out);
    }
  }
}
