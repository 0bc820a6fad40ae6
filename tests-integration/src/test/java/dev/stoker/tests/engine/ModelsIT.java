package dev.stoker.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.tests.hub.HubStandIn;
import dev.stoker.tests.hub.HubStandIn.Asked;
import dev.stoker.tests.hub.HubStandIn.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code stoker models} as a user runs it, against a stand-in of the Hub. */
@Timeout(300)
class ModelsIT {
  private static final String NAME = "acme/model";
  private static final int SHARDS = 3;
  private static final int SHARD = 8 << 20;

  /** What is written at once: more is not lost by a kill. */
  private static final int CHUNK = 1 << 18;

  private static final int KILLS = Integer.getInteger("pull.kills", 6);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private HubStandIn hub;

  @BeforeEach
  void publish() throws IOException {
    hub = new HubStandIn();
    environment.put("HF_ENDPOINT", hub.endpoint());
    environment.put("HF_HOME", folder.resolve("hf").toString());
    StringBuilder index = new StringBuilder("{\"weight_map\": {");
    for (int i = 1; i <= SHARDS; i++) {
      hub.put(NAME, file(i), shard(i));
      index.append(i > 1 ? "," : "").append("\"t" + i + "\": \"" + file(i) + "\"");
    }
    hub.put(NAME, "model.safetensors.index.json", index + "}}");
    hub.put(NAME, "config.json", "{\"architectures\": [\"X\"]}");
    hub.put(NAME, "tokenizer.json", "{}");
    hub.put(NAME, "README.md", "not needed");
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static String file(int shard) {
    return "model-0000" + shard + "-of-0000" + SHARDS + ".safetensors";
  }

  private static byte[] shard(int number) {
    byte[] header =
        ("{\"t"
                + number
                + "\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,"
                + SHARD
                + "]}}")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] data = new byte[SHARD];
    new Random(number).nextBytes(data);
    return ByteBuffer.allocate(8 + header.length + SHARD)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  private String run(int code, String... arguments) throws Exception {
    try (StokerProcess command = StokerProcess.run(folder, environment, arguments)) {
      assertThat(command.exitCode()).as(command.output()).isEqualTo(code);
      return command.output();
    }
  }

  private Path model() {
    return folder.resolve("hf/hub/models--acme--model");
  }

  /** {@return how long the shards are that are not whole, by checksum} */
  private Map<String, Long> unfinished() throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    if (Files.isDirectory(model().resolve("blobs"))) {
      try (Stream<Path> blobs = Files.list(model().resolve("blobs"))) {
        for (Path blob : blobs.toList()) {
          String name = String.valueOf(blob.getFileName());
          if (name.matches("[0-9a-f]{64}\\.incomplete")) {
            sizes.put(name.replace(".incomplete", ""), Files.size(blob));
          }
        }
      }
    }
    return sizes;
  }

  @Test
  void aModelIsFetchedListedCheckedAndRemoved() throws Exception {
    assertThat(run(0, "models", "list")).contains("No model", "stoker models pull");
    assertThat(run(0, "models", "show", NAME))
        .contains("here       nothing", "24.0 MiB in 6 files");
    assertThat(run(0, "models", "pull", NAME)).contains(NAME + " is complete: 24.0 MiB, fetched");
    assertThat(run(0, "models", "pull", NAME)).contains("all of it was here");
    assertThat(run(0, "models", "list"))
        .contains(NAME, "24.0 MiB", hub.commit(NAME).substring(0, 12));
    assertThat(run(0, "models", "show", NAME)).contains("complete, 24.0 MiB");
    assertThat(run(0, "models", "du")).contains("24.0 MiB in 1 models");
    assertThat(run(0, "models", "verify", NAME)).contains("Complete; 6 files");
    assertThat(model().resolve("snapshots/" + hub.commit(NAME) + "/README.md")).doesNotExist();

    Path shard = model().resolve("snapshots/" + hub.commit(NAME) + "/" + file(2));
    byte[] bytes = Files.readAllBytes(shard);
    bytes[SHARD / 2] ^= 1;
    Files.write(shard, bytes);
    assertThat(run(3, "models", "verify", NAME))
        .contains(file(2) + "  is not what its checksum says", "stoker models rm");
    environment.put("HF_HUB_OFFLINE", "1");
    assertThat(run(0, "models", "pull", NAME)).contains("all of it was here");
    Files.delete(shard);
    assertThat(run(3, "models", "pull", NAME)).contains("VLM-012", file(2));
    assertThat(run(0, "models", "rm", NAME)).contains("are free again");
    assertThat(run(2, "models", "rm", NAME)).contains("nothing of it is in");
    assertThat(run(3, "models", "show", NAME)).contains("VLM-012");
  }

  @Test
  @Tag("IT-005")
  @Tag("AC-012")
  @Tag("FR-014")
  @Tag("FR-045")
  void aPrivateModelIsHadWithATokenAndSaidWithoutOne() throws Exception {
    hub.setValidToken("hf_of_the_test");
    hub.gate(NAME, "Access to model " + NAME + " is restricted.");
    assertThat(run(3, "models", "pull", NAME))
        .contains("VLM-003", "HF_TOKEN", "huggingface.co/settings/tokens");
    environment.put("HF_TOKEN", "hf_wrong");
    assertThat(run(3, "models", "pull", NAME)).contains("VLM-003").doesNotContain("hf_wrong");
    environment.put("HF_TOKEN", "hf_of_the_test");
    assertThat(run(0, "models", "pull", NAME))
        .contains(NAME + " is complete")
        .doesNotContain("hf_of_the_test");
  }

  @Test
  @Tag("FR-024")
  void aBundleCarriesAModelToAMachineWithoutANetwork() throws Exception {
    run(0, "models", "pull", NAME);
    String bundle = folder.resolve("usb").toString();
    assertThat(run(3, "bundle", "export", "acme/other", bundle)).contains("VLM-012");
    assertThat(run(0, "bundle", "export", NAME, bundle)).contains(NAME + " is in " + bundle);
    int asked = hub.asked().size();
    environment.put("HF_HOME", folder.resolve("elsewhere").toString());
    environment.put("HF_HUB_OFFLINE", "1");
    assertThat(run(3, "models", "pull", NAME)).contains("VLM-012");
    assertThat(run(0, "bundle", "import", bundle)).contains(NAME + " is complete: 24.0 MiB");
    assertThat(run(0, "models", "verify", NAME)).contains("Complete; 6 files");
    assertThat(run(0, "models", "pull", NAME)).contains("all of it was here");
    assertThat(run(2, "bundle", "import", folder.toString())).contains("stoker-bundle.json");
    assertThat(hub.asked()).as("nobody asked the Hub").hasSize(asked);
  }

  @Test
  @Tag("AC-008")
  void whatIsWrittenWrongIsNamed() throws Exception {
    assertThat(run(2, "models", "pull", "./here")).contains("must be a model of the Hub");
    assertThat(run(2, "models", "pull", "a/b/c")).contains("VLM-010");
    assertThat(run(2, "models", "pull", "acme/model@a b")).contains("branch, tag or commit");
    hub.put("acme/pickled", "config.json", "{}");
    hub.put("acme/pickled", "tokenizer.json", "{}");
    hub.put("acme/pickled", "pytorch_model.bin", new byte[20_000]);
    assertThat(run(2, "models", "pull", "acme/pickled")).contains("pickles", "--allow-pickle");
    assertThat(run(0, "models", "pull", "acme/pickled", "--allow-pickle")).contains("complete");
  }

  @Test
  void ctrlCKeepsWhatWasFetched() throws Exception {
    hub.fail("data/" + file(1), new Fault.SilentAfter(3 << 20));
    try (StokerProcess pull = StokerProcess.run(folder, environment, "models", "pull", NAME)) {
      pull.await("three megabytes", () -> has(3 << 20));
      pull.signal("TERM");
      assertThat(pull.exitCode()).isEqualTo(128 + 15);
      assertThat(pull.output()).contains("Interrupted. What was fetched stays");
    }
    assertThat(run(0, "models", "pull", NAME)).contains("is complete");
  }

  private boolean has(long bytes) {
    try {
      return unfinished().values().stream().anyMatch(size -> size >= bytes);
    } catch (IOException e) {
      return false;
    }
  }

  /** Each time killed at another byte; the next one asks for what is behind it. */
  @Test
  @Tag("NFR-012")
  void killedAtAnyByteItGoesOnThere() throws Exception {
    Random random = new Random(5);
    for (int kill = 0; kill < KILLS; kill++) {
      Map<String, Long> sizes = unfinished();
      int more = 1 + random.nextInt(SHARD / KILLS - 2);
      for (int i = 1; i <= SHARDS; i++) {
        hub.fail("data/" + file(i), new Fault.SilentAfter(more));
      }
      int asked = hub.asked().size();
      long written = (long) SHARDS * CHUNK * (more / CHUNK);
      try (StokerProcess pull = StokerProcess.run(folder, environment, "models", "pull", NAME)) {
        pull.await(
            "three requests answered as far as they are",
            () ->
                begun(hub.asked().subList(asked, hub.asked().size())).size() == SHARDS
                    && sum() == sum(sizes) + written);
        pull.signal("KILL");
        pull.exitCode();
      }
      assertGoesOn(sizes, hub.asked().subList(asked, hub.asked().size()));
    }
    Map<String, Long> sizes = unfinished();
    int asked = hub.asked().size();
    assertThat(run(0, "models", "pull", NAME)).contains("is complete");
    assertGoesOn(sizes, hub.asked().subList(asked, hub.asked().size()));
    assertThat(run(0, "models", "verify", NAME)).contains("Complete");
    assertThat(unfinished()).isEmpty();
  }

  @Test
  @Tag("FR-024")
  void aDaemonFetchesPacksAndUnpacksForWhoeverAsksItsApi() throws Exception {
    Path bundle = folder.resolve("bundle");
    String model = "{\"model\": \"" + NAME + "\"}";
    String place = "{\"folder\": \"" + bundle + "\"}";
    int port = Machine.freePort();
    environment.put("STOKER_CONTROL_PORT", Integer.toString(port));
    environment.put("STOKER_GATEWAY_PORT", Integer.toString(Machine.freePort()));
    try (StokerProcess daemon = StokerProcess.run(folder, environment, "serve")) {
      daemon.awaitOutput("control API at");
      String key = StokerProcess.read(folder.resolve("home/state/control.token")).strip();

      assertThat(Requests.post(port, "/v1/models/pull", key, model).body())
          .contains(
              "data: {\"progress\":{", "data: {\"done\":{\"model\":\"acme/model\"", "event: end");
      assertThat(unfinished()).isEmpty();
      assertThat(
              Requests.post(
                      port,
                      "/v1/bundles/export",
                      key,
                      model.replace("}", ", " + place.substring(1)))
                  .body())
          .contains("event: end");
      assertThat(bundle.resolve("stoker-bundle.json")).isNotEmptyFile();
      assertThat(Requests.post(port, "/v1/models/remove", key, model).body())
          .contains("\"freed_bytes\":");
      assertThat(Requests.send(port, "GET", "/v1/models", key).body()).doesNotContain(NAME);

      int asked = hub.asked().size();
      assertThat(Requests.post(port, "/v1/bundles/import", key, place).body())
          .contains("data: {\"done\":{\"model\":\"acme/model\"", "event: end");
      assertThat(hub.asked()).as("nothing comes from the network").hasSize(asked);
      assertThat(Requests.post(port, "/v1/models/verify", key, model).body())
          .contains("\"good\":true", "\"missing\":[]");
      daemon.signal("TERM");
      assertThat(daemon.exitCode()).isZero();
    }
  }

  private static long sum(Map<String, Long> sizes) {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private long sum() {
    try {
      return sum(unfinished());
    } catch (IOException e) {
      return -1;
    }
  }

  private static List<Long> begun(List<Asked> asked) {
    return asked.stream()
        .filter(each -> each.ofCdn() && each.path().endsWith(".safetensors"))
        .map(
            each -> each.range().isEmpty() ? 0 : Long.parseLong(each.range().replaceAll("\\D", "")))
        .toList();
  }

  private static void assertGoesOn(Map<String, Long> sizes, List<Asked> asked) {
    List<Long> expected = new ArrayList<>(sizes.values());
    while (expected.size() < SHARDS) {
      expected.add(0L);
    }
    assertThat(begun(asked)).containsExactlyInAnyOrderElementsOf(expected);
  }
}
