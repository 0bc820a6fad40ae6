package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code stoker fit} says of the cache, against what the real vLLM then has. */
@Timeout(240)
class RealFitIT {
  private static final Pattern SAID = Pattern.compile("KV cache size: ([\\d,]+) tokens");
  private static final Pattern FIT = Pattern.compile("\"cache_tokens\":(\\d+)");

  /** All six with {@code -Dfit.shapes=6}; a start takes half a minute. */
  private static final int SHAPES = Integer.getInteger("fit.shapes", 2);

  private static int asked;

  @TempDir Path folder;
  private final int port = Machine.freePort();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private Path model(String changes) throws Exception {
    try (StokerProcess stoker = StokerProcess.run(folder, Map.of(), "models", "show", "demo")) {
      assertThat(stoker.exitCode()).as(stoker.output()).isZero();
    }
    Path demo = folder.resolve("home/models/demo");
    Path model = Files.createDirectories(folder.resolve("model"));
    try (Stream<Path> files = Files.list(demo)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Path config = model.resolve("config.json");
    String text = Files.readString(config);
    for (String change : changes.isBlank() ? new String[0] : changes.strip().split(" ", -1)) {
      String[] pair = change.split("=", 2);
      assertThat(text).contains("\"" + pair[0] + "\": ");
      text = text.replaceAll("\"" + pair[0] + "\": [^,\\n]*", "\"" + pair[0] + "\": " + pair[1]);
    }
    Files.writeString(config, text);
    return model;
  }

  @ParameterizedTest
  @Tag("FR-028")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                                       | 1 | --dtype float32
          num_hidden_layers=5                                          | 1 | --dtype float32
          num_attention_heads=4 num_key_value_heads=1                  | 1 | --dtype bfloat16
          num_attention_heads=4 num_key_value_heads=4 head_dim=64      | 1 | --dtype bfloat16
          head_dim=64                                                  | 2 | --max-model-len 512
          num_hidden_layers=3 num_attention_heads=8 num_key_value_heads=2 | 1 | --dtype float32
          """)
  void theCacheIsAsLargeAsItWasSaidToBe(String changes, String gib, String flags) throws Exception {
    Path engine = RealEngine.require();
    assumeTrue(asked++ < SHAPES, "run with -Dfit.shapes=6");
    Path model = model(changes == null ? "" : changes);
    Map<String, String> environment = Map.of("VLLM_CPU_KVCACHE_SPACE", gib);
    List<String> arguments =
        new ArrayList<>(List.of(model.toString(), "--engine", engine.toString()));
    List<String> forTheServer =
        new ArrayList<>(
            List.of("--", "--load-format", "dummy", "--max-num-seqs", "4", "--enforce-eager"));
    forTheServer.addAll(List.of(flags.split(" ", -1)));

    long said;
    try (StokerProcess fit =
        StokerProcess.run(folder, environment, all("fit", arguments, "--json", forTheServer))) {
      assertThat(fit.exitCode()).as(fit.output()).isZero();
      said = number(FIT, fit.output());
    }
    arguments.addAll(List.of("--port", Integer.toString(port)));
    try (StokerProcess up =
        StokerProcess.run(folder, environment, all("up", arguments, "", forTheServer))) {
      // Not all of these shapes can also compute on a processor; the cache is laid out before.
      up.await("what it says of its cache", () -> SAID.matcher(output()).find());
      up.signal("TERM");
      up.exitCode();
    }
    long had = number(SAID, output());
    System.out.println("fit: " + said + " tokens said, " + had + " had");
    assertThat((double) said).isCloseTo((double) had, within(had * 0.05));
  }

  private static String[] all(
      String command, List<String> arguments, String more, List<String> forTheServer) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(arguments);
    if (!more.isEmpty()) {
      all.add(more);
    }
    all.addAll(forTheServer);
    return all.toArray(String[]::new);
  }

  private static long number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return Long.parseLong(found.group(1).replace(",", ""));
  }

  private String output() {
    try (Stream<Path> logs = Files.walk(folder.resolve("home/state/logs"))) {
      Optional<Path> log = logs.filter(file -> file.toString().endsWith(".log")).findFirst();
      return log.isPresent() ? Files.readString(log.get()) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
