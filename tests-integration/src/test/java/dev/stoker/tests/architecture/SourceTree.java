package dev.stoker.tests.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sources, as text. */
final class SourceTree {
  static final Path ROOT = Path.of(System.getProperty("stoker.root", ".."));

  private static final List<String> MODULES =
      List.of(
          "domain",
          "application",
          "infrastructure",
          "adapters-http",
          "adapters-cli",
          "tests-integration",
          "tests-performance");

  private SourceTree() {}

  static List<Path> javaFiles(String below) {
    return MODULES.stream().flatMap(module -> walk(ROOT.resolve(module).resolve(below))).toList();
  }

  private static Stream<Path> walk(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
