package dev.stoker.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What looks like an installed vLLM, and runs another program: Stoker launches, checks and asks it
 * as it would the real one.
 */
final class PretendedEngine {
  /** What clients ask for. */
  static final String MODEL = "model";

  private PretendedEngine() {}

  /**
   * Makes it.
   *
   * @param script what is run for {@code vllm serve}, in a shell in which {@code $port} is set
   * @return its Python, as the configuration names it
   */
  static Path create(Path folder, String script) throws IOException {
    Path packages = folder.resolve("lib/python3.11/site-packages");
    Files.createDirectories(packages.resolve("vllm"));
    Files.createDirectories(packages.resolve("vllm-0.32.0.dist-info"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    executable(
        bin.resolve("vllm"),
        "#!/bin/sh\nfor each in \"$@\"; do [ \"$last\" = --port ] && port=$each; last=$each; done\n"
            + script
            + "\n");
    return executable(bin.resolve("python"), "#!/bin/sh\nexec python3 \"$@\"\n");
  }

  private static Path executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
