package dev.stoker.tests.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Makes a virtual environment whose vllm command is the fake server. */
public final class FakeEngine {
  private FakeEngine() {}

  public static Path create(Path folder, String version) throws IOException {
    Path packages = folder.resolve("lib/python3.11/site-packages");
    Files.createDirectories(packages.resolve("vllm"));
    Files.createDirectories(packages.resolve("vllm-" + version + ".dist-info"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    executable(bin.resolve("python"), "#!/bin/sh\nexec python3 \"$@\"\n");
    try (InputStream script = FakeEngine.class.getResourceAsStream("/fake-servers/vllm.py")) {
      String text =
          new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
      executable(bin.resolve("vllm"), "#!/usr/bin/env python3\n" + text);
    }
    return folder;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
