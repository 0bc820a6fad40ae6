package dev.stoker.infrastructure.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.out.ConfigurationSource.Entry;
import dev.stoker.application.port.out.ConfigurationSource.Written;
import dev.stoker.domain.config.Violation;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlConfigurationSourceTest {
  @TempDir Path folder;

  private Path write(String text) throws IOException {
    Path file = folder.resolve(".agent/config.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private Written read(String file) {
    return new YamlConfigurationSource(new Settings(Map.of(), folder, folder)).read(file);
  }

  private List<String> problems() {
    return read(null).violations().stream().map(Violation::line).toList();
  }

  @Test
  @Tag("FR-037")
  @Tag("AC-022")
  @Tag("UT-008")
  void readsTheUsualFileWithPlaces() throws IOException {
    write(
        """
        providers:
          vllm:
            port: 8001
            args: [--dtype, half]
        """);

    assertThat(read(null))
        .isEqualTo(
            new Written(
                List.of(
                    new Entry(
                        "providers.vllm.port", List.of("8001"), false, ".agent/config.yml:3:11"),
                    new Entry(
                        "providers.vllm.args",
                        List.of("--dtype", "half"),
                        true,
                        ".agent/config.yml:4:11")),
                List.of()));
  }

  @Test
  void anEmptyMappingIsKept() throws IOException {
    write("services:\n  a: {}\n  b:\n");

    assertThat(read(null).entries())
        .containsExactly(
            new Entry("services.a", List.of(""), false, ".agent/config.yml:2:6"),
            new Entry("services.b", List.of(""), false, ".agent/config.yml:3:5"));
  }

  @Test
  void noFileIsNoConfiguration() {
    assertThat(read(null)).isEqualTo(new Written(List.of(), List.of()));
    assertThat(read("missing.yml").violations()).hasSize(1);
  }

  @Test
  void badYamlSaysWhere() throws IOException {
    write("providers:\n  vllm: [1,\n");

    assertThat(problems()).singleElement().asString().contains("config.yml:3:1", "not valid YAML");
  }

  @Test
  void doubleKeysAreAnError() throws IOException {
    write("a: 1\na: 2\n");

    assertThat(problems()).singleElement().asString().contains("stands twice", ":2:1");
  }

  @Test
  void aVastTreeIsRefused() throws IOException {
    StringBuilder bomb = new StringBuilder("a: &a {x: 1, y: 2}\n");
    for (char c = 'b'; c < 'z'; c++) {
      char before = (char) (c - 1);
      bomb.append("%c: &%c {x: *%c, y: *%c}%n".formatted(c, c, before, before));
    }
    write(bomb.toString());

    assertThat(problems()).singleElement().asString().contains("too deep or too large");
  }

  @Test
  void aFileThatOthersMayWriteIsRefusedUnlessNamed() throws IOException {
    Path file = write("providers: {vllm: {port: 8001}}\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThat(problems()).singleElement().asString().contains("written by others", "--config");
    assertThat(read(file.toString()).violations()).isEmpty();
  }

  @Test
  void textsAreNoMapping() throws IOException {
    write("just text");

    assertThat(problems()).singleElement().asString().contains("must be a mapping");
  }
}
