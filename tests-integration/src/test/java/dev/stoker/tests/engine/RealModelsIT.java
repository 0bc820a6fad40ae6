package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.tests.hub.HubStandIn;
import dev.stoker.tests.hub.HubStandIn.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models of the Hub with the real vLLM and the Hub's real library, against a stand-in Hub. */
@Timeout(400)
class RealModelsIT {
  private static final String NAME = "acme/demo";
  private static final String[] AS_THE_DEMO = {
    "--", "--dtype", "float32", "--max-num-seqs", "4", "--enforce-eager"
  };

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final int port = Machine.freePort();
  private Path engine;
  private HubStandIn hub;

  /** The demo model, published. */
  @BeforeEach
  void publish() throws Exception {
    engine = RealEngine.require();
    hub = new HubStandIn();
    try (StokerProcess stoker = StokerProcess.run(folder, Map.of(), "models", "show", "demo")) {
      assertThat(stoker.exitCode()).as(stoker.output()).isZero();
    }
    try (Stream<Path> files = Files.list(folder.resolve("home/models/demo"))) {
      for (Path file : files.toList()) {
        hub.put(NAME, String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    }
    hub.put(NAME, "README.md", "a model");
    environment.put("HF_ENDPOINT", hub.endpoint());
    environment.put("HF_HOME", folder.resolve("hf").toString());
    environment.put("VLLM_CPU_KVCACHE_SPACE", "1");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    hub.close();
    assertThat(Machine.processesOf(folder)).isEmpty();
  }

  private StokerProcess up(String... through) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("up", NAME, "--engine", engine.toString(), "--port", Integer.toString(port)));
    arguments.addAll(List.of(AS_THE_DEMO));
    return StokerProcess.runThrough(
        List.of(through), folder, environment, arguments.toArray(String[]::new));
  }

  /**
   * {@return what runs a program where there is a loopback and no way to anywhere else}
   *
   * <p>Bringing up the loopback: SIOCSIFFLAGS with IFF_UP and IFF_RUNNING (netdevice(7)).
   */
  private String[] withoutRoutes() {
    String loopback =
        """
        import fcntl, os, socket, struct, sys
        with socket.socket() as s:
            fcntl.ioctl(s, 0x8914, struct.pack('16sh14x', b'lo', 0x41))
        os.execv(sys.argv[1], sys.argv[1:])
        """;
    return new String[] {"unshare", "-rn", engine.toString(), "-c", loopback};
  }

  private static boolean canUnshare() throws Exception {
    try {
      return new ProcessBuilder("unshare", "-rn", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private ProcessBuilder python(String program, Path out) {
    ProcessBuilder builder = new ProcessBuilder(engine.toString(), "-c", program);
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(out.toFile());
  }

  private String python(String program) throws Exception {
    Path out = Files.createTempFile(folder, "python", ".txt");
    int code = python(program, out).start().waitFor();
    assertThat(code).as(Files.readString(out)).isZero();
    return Files.readString(out);
  }

  private List<Asked> contentsAskedSince(int before) {
    return hub.asked().subList(before, hub.asked().size()).stream().filter(Asked::ofCdn).toList();
  }

  @Test
  @Tag("FR-024")
  @Tag("UT-010")
  @Tag("AC-013")
  @Tag("AC-006")
  void theRealServerServesWhatStokerFetchedWithTheNetworkOff() throws Exception {
    try (StokerProcess stoker = up()) {
      stoker.awaitOutput("Ready");
      stoker.signal("TERM");
      stoker.exitCode();
      assertThat(stoker.output()).contains("fetching the model");
    }
    environment.put("HF_HUB_OFFLINE", "1");
    int asked = hub.asked().size();
    // Where users may have one, in a network without a way out: what wanted one would fail.
    try (StokerProcess stoker = canUnshare() ? up(withoutRoutes()) : up()) {
      stoker.awaitOutput("Ctrl-C stops it.");
      assertThat(stoker.output()).contains("answered  ");
      stoker.signal("TERM");
      stoker.exitCode();
    }
    assertThat(hub.asked()).as("nobody asked the Hub").hasSize(asked);

    Path weights =
        folder.resolve(
            "hf/hub/models--acme--demo/snapshots/"
                + hub.commit(NAME)
                + "/model-00002-of-00002.safetensors");
    Files.delete(weights);
    try (StokerProcess stoker = up()) {
      assertThat(stoker.exitCode()).isEqualTo(3);
      assertThat(stoker.output()).contains("VLM-012", "model-00002-of-00002.safetensors");
    }
  }

  /** Each finds what the other fetched, and both may fetch at the same time. */
  @Test
  void theHubsOwnLibraryAndStokerShareOneCache() throws Exception {
    String download =
        "from huggingface_hub import snapshot_download; print(snapshot_download('acme/demo'%s))";
    python(download.formatted(""));
    int afterPython = hub.asked().size();
    try (StokerProcess pull = StokerProcess.run(folder, environment, "models", "pull", NAME)) {
      assertThat(pull.exitCode()).as(pull.output()).isZero();
      assertThat(pull.output()).contains("all of it was here");
    }
    assertThat(contentsAskedSince(afterPython)).isEmpty();

    environment.put("HF_HOME", folder.resolve("second").toString());
    try (StokerProcess pull = StokerProcess.run(folder, environment, "models", "pull", NAME)) {
      assertThat(pull.exitCode()).as(pull.output()).isZero();
    }
    int afterStoker = hub.asked().size();
    assertThat(python(download.formatted(", allow_patterns=['*.json', '*.safetensors']")))
        .contains(hub.commit(NAME));
    assertThat(contentsAskedSince(afterStoker))
        .as("the library finds what Stoker fetched")
        .isEmpty();
    environment.put("HF_HUB_OFFLINE", "1");
    assertThat(
            python(
                download.formatted(
                    ", allow_patterns=['*.json', '*.safetensors'], local_files_only=True")))
        .contains(hub.commit(NAME));
    environment.remove("HF_HUB_OFFLINE");

    environment.put("HF_HOME", folder.resolve("third").toString());
    ProcessBuilder library = python(download.formatted(""), folder.resolve("library.txt"));
    Process fetching = library.start();
    try (StokerProcess pull = StokerProcess.run(folder, environment, "models", "pull", NAME)) {
      assertThat(pull.exitCode()).as(pull.output()).isZero();
    }
    assertThat(fetching.waitFor()).as(Files.readString(folder.resolve("library.txt"))).isZero();
    try (StokerProcess verify = StokerProcess.run(folder, environment, "models", "verify", NAME)) {
      assertThat(verify.exitCode()).as(verify.output()).isZero();
    }
  }
}
