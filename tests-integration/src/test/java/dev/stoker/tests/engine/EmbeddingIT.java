package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on embedding does what the page says, taken from it word by word. */
@Tag("FR-049")
@Tag("FR-051")
class EmbeddingIT {
  private static final Path LIBRARY =
      StokerProcess.ROOT.resolve("adapters-cli/target/stoker/stoker/lib");
  private static final Pattern BLOCK = Pattern.compile("(?s)```(java|yaml)\n(.*?)```");
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

  @TempDir Path folder;

  private String run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(Files.readString(out)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(out)).isZero();
      return Files.readString(out);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theExampleOfThePageRunsAsItStandsThere() throws Exception {
    Matcher block =
        BLOCK.matcher(Files.readString(StokerProcess.ROOT.resolve("docs/embedding.md")));
    List<Path> files =
        List.of(
            folder.resolve("src/example/module-info.java"),
            folder.resolve("src/example/example/Main.java"),
            folder.resolve(".agent/config.yml"));
    for (Path file : files) {
      assertThat(block.find()).as(file.toString()).isTrue();
      // On a port of its own: others run beside it.
      StokerProcess.write(
          file, block.group(2).replace("practice}", "practice, port: " + Machine.freePort() + "}"));
    }

    run(
        Map.of(),
        List.of(
            JAVA.resolve("javac").toString(),
            "--module-path",
            LIBRARY.toString(),
            "-d",
            "out",
            files.get(0).toString(),
            files.get(1).toString()));
    String said =
        run(
            Map.of("STOKER_HOME", folder.resolve("home").toString()),
            List.of(
                JAVA.resolve("java").toString(),
                "--enable-native-access=org.xerial.sqlitejdbc",
                "--module-path",
                LIBRARY + ":out",
                "-m",
                "example/example.Main"));

    String sentence = "This is Stoker's practice engine";
    assertThat(said.split(sentence, -1)).as(said).hasSize(3);
    assertThat(Machine.processesOf(folder)).isEmpty();
  }
}
