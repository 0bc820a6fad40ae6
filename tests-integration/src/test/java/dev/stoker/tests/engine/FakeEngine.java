package dev.stoker.tests.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes what a vLLM's virtual environment looks like to who only reads; nothing in it runs. */
final class FakeEngine {
  private FakeEngine() {}

  static Path create(Path folder, String version) throws IOException {
    Path packages = folder.resolve("lib/python3.11/site-packages");
    Files.createDirectories(packages.resolve("vllm"));
    Files.createDirectories(packages.resolve("vllm-" + version + ".dist-info"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    executable(bin.resolve("python"), "#!/bin/sh\nexec python3 \"$@\"\n");
    executable(bin.resolve("vllm"), "#!/bin/sh\nexit 1\n");
    return folder;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
