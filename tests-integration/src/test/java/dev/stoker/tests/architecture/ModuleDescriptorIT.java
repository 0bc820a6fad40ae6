package dev.stoker.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each jar says of its module is what was agreed: a change must be made here too. */
class ModuleDescriptorIT {
  @ParameterizedTest
  @CsvSource({
    "domain,stoker-domain",
    "application,stoker-application",
    "infrastructure,stoker-infrastructure",
    "infrastructure-nvml,stoker-nvml",
    "adapters-http,stoker-http",
    "adapters-cli,stoker-cli"
  })
  void describesItself(String folder, String artefact) throws IOException {
    StringWriter out = new StringWriter();
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                new PrintWriter(out, true),
                new PrintWriter(out, true),
                "--describe-module",
                "--file",
                jar(folder, artefact).toString());
    String described =
        out.toString()
            .lines()
            .map(line -> line.replaceFirst("@\\S+ jar:.*", ""))
            .filter(line -> !line.isBlank())
            .sorted()
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(code).isZero();
    Path golden =
        SourceTree.ROOT.resolve(
            "tests-integration/src/test/resources/descriptors/" + artefact + ".txt");
    if (Boolean.getBoolean("descriptors.write")) {
      Files.writeString(golden, described);
    }
    assertThat(described).isEqualTo(Files.readString(golden));
  }

  private static Path jar(String folder, String artefact) throws IOException {
    try (Stream<Path> files = Files.list(SourceTree.ROOT.resolve(folder).resolve("target"))) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().matches(artefact + "-[\\w.-]*(?<!-tests)\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }
}
