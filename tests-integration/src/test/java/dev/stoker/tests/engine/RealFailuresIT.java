package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the real vLLM refuses: each with its code, what happened and what to do. A taken port, an
 * unknown flag and a missing folder are in {@link RealVllmIT}, killed processes in {@link
 * RealRecoveryIT}, hung ones in {@link RealHealthIT}.
 */
@Timeout(240)
class RealFailuresIT {
  /** One home for all: the stand-in model is written once. */
  @TempDir static Path folder;

  private static Path engine = Path.of("");
  private static Path model = Path.of("");
  private final int port = Machine.freePort();

  /** To look at it writes it. */
  @BeforeAll
  static void writeTheModel() throws Exception {
    engine = RealEngine.require();
    try (StokerProcess stoker = StokerProcess.run(folder, Map.of(), "models", "show", "demo")) {
      assertThat(stoker.exitCode()).as(stoker.output()).isZero();
    }
    model = folder.resolve("home/models/demo");
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private String refused(int code, Map<String, String> environment, String python, String... more)
      throws Exception {
    List<String> arguments =
        Stream.concat(
                Stream.of("up", more[0], "--engine", python, "--port", Integer.toString(port)),
                more.length == 1 ? Stream.of() : Stream.concat(Stream.of("--"), tail(more)))
            .toList();
    try (StokerProcess stoker =
        StokerProcess.run(folder, environment, arguments.toArray(String[]::new))) {
      assertThat(stoker.exitCode()).as(stoker.output()).isEqualTo(code);
      assertThat(stoker.output()).contains("  what:  ", "  do:    ");
      return stoker.output();
    }
  }

  private static Stream<String> tail(String... values) {
    return Stream.of(values).skip(1);
  }

  private String refused(int code, String... more) throws Exception {
    return refused(code, Map.of("HF_HUB_OFFLINE", "1"), engine.toString(), more);
  }

  private Path copy(String name) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void rewrite(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --max-model-len 999999     | 2 | VLM-036 | a context of 999999 tokens is more than the model's 2048
          --num-gpu-blocks-override 2 | 4 | VLM-006 | a context of 2048 tokens needs
          --dtype float99            | 2 | VLM-020 | argument --dtype: invalid choice: 'float99'
          --tensor-parallel-size 3   | 2 | VLM-036 | the model has 2 attention heads, which 3 devices cannot share evenly
          """)
  void flagsThatDoNotFitAreNamed(String flags, int exit, String code, String what)
      throws Exception {
    String[] arguments = ("demo " + flags).split(" ", -1);
    assertThat(refused(exit, arguments)).contains(code, what);
  }

  @Test
  void anUnknownArchitectureIsNamed() throws Exception {
    Path broken = copy("arch");
    rewrite(broken.resolve("config.json"), "LlamaForCausalLM", "NoSuchForCausalLM");
    assertThat(refused(2, broken.toString())).contains("VLM-011", "NoSuchForCausalLM");
  }

  @Test
  void aConfigurationThatIsNoJsonIsNamed() throws Exception {
    Path broken = copy("json");
    Path config = broken.resolve("config.json");
    Files.writeString(config, Files.readString(config).substring(0, 100));
    assertThat(refused(2, broken.toString())).contains("VLM-014", config.toString());
  }

  @Test
  void aShardThatIsCutShortIsNamed() throws Exception {
    Path broken = copy("cut");
    Files.write(broken.resolve("model-00002-of-00002.safetensors"), new byte[1000]);
    assertThat(refused(2, broken.toString())).contains("VLM-014", "damaged");
  }

  @Test
  void aShardThatIsMissingIsNamed() throws Exception {
    Path broken = copy("missing");
    Files.delete(broken.resolve("model-00002-of-00002.safetensors"));
    assertThat(refused(2, broken.toString()))
        .contains("VLM-014", "model-00002-of-00002.safetensors");
  }

  @Test
  @Tag("UT-010")
  @Tag("FR-024")
  void aModelThatIsNotThereOfflineIsNamed() throws Exception {
    assertThat(refused(3, "acme/none")).contains("VLM-012", "acme/none", "HF_HUB_OFFLINE");
  }

  /** A virtual environment of links to the real one, in which a library of torch is not found. */
  @Test
  void anEnvironmentThatIsBrokenIsNamed() throws Exception {
    Path environment = folder.resolve("venv");
    Path real = engine.getParent().getParent();
    new ProcessBuilder("cp", "-as", real.toString(), environment.toString()).start().waitFor();
    try (Stream<Path> files = Files.find(environment, 7, (path, _) -> isTorch(path))) {
      Path torch = files.findFirst().orElseThrow();
      Files.delete(torch);
      Files.writeString(
          torch, "raise ImportError('libcudart.so.12: cannot open shared object file')\n");
    }
    assertThat(refused(3, Map.of(), environment.resolve("bin/python").toString(), "demo"))
        .contains("VLM-040", "libcudart.so.12");
    new ProcessBuilder("rm", "-rf", environment.toString()).start().waitFor();
  }

  private static boolean isTorch(Path path) {
    return path.endsWith("site-packages/torch/__init__.py");
  }
}
