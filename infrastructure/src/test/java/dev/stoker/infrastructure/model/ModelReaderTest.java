package dev.stoker.infrastructure.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stoker.application.ModelFacts;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.model.NeededFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("NFR-019")
class ModelReaderTest {
  private static final String LLAMA =
      """
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
      "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072,
      "torch_dtype": "bfloat16"
      """;

  @TempDir Path folder;

  private FolderFiles files() {
    return new FolderFiles(folder);
  }

  private ModelFacts read(String config) throws IOException {
    return read("{" + config + "}", "auto");
  }

  private ModelFacts read(String config, String type) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    return ModelReader.read(files(), type);
  }

  /** What is given instead of, or beside, what a Llama says. */
  private static String llamaBut(String more) {
    String rest = LLAMA;
    for (String pair : more.split(", ", -1)) {
      rest = rest.replaceAll(pair.split(":", 2)[0] + ": [^,]*,", "");
    }
    return rest + "," + more;
  }

  private static ModelShape shape(ModelFacts facts) {
    assertThat(facts.problem()).isEmpty();
    return Objects.requireNonNull(facts.shape());
  }

  private void weights(String file, String header, int data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer whole = ByteBuffer.allocate(8 + text.length + data).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(folder.resolve(file), whole.putLong(text.length).put(text).array());
  }

  private static String tensor(String name, String type, int from, int to) {
    return "\""
        + name
        + "\":{\"dtype\":\""
        + type
        + "\",\"shape\":[1],\"data_offsets\":["
        + from
        + ","
        + to
        + "]}";
  }

  @Test
  void aConfigurationIsReadAsVllmDoes() throws IOException {
    ModelFacts facts = read(LLAMA);

    assertThat(facts.architecture()).isEqualTo("LlamaForCausalLM");
    assertThat(shape(facts))
        .isEqualTo(new ModelShape(32, 0, 0, 4096, 14336, 128256, 32, 8, 128, 0, false, 2, 131072));
    assertThat(facts.weights()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "head_dim": 64                                            | headSize=64
          "num_key_value_heads": 32                                 | keyValueHeads=32
          "sliding_window": 1024                                    | windowedLayers=32, window=1024
          "sliding_window": 1024, "use_sliding_window": false       | windowedLayers=0, window=0
          "sliding_window": 1024, "sliding_window_pattern": 4       | windowedLayers=24, window=1024
          "sliding_window": null                                    | windowedLayers=0, window=0
          "model_type": "deepseek_v3", "kv_lora_rank": 512, "qk_rope_head_dim": 64 | latentSize=576
          "n_routed_experts": 256                                   | mixtureOfExperts=true
          "seq_length": 2048                                        | longestContext=2048
          """)
  void whatDiffersBetweenModels(String more, String says) throws IOException {
    assertThat(shape(read(llamaBut(more))).toString()).contains(says);
  }

  @Test
  void aModelThatAlsoSeesKeepsItsTextApart() throws IOException {
    ModelFacts facts =
        read(
            "\"architectures\": [\"X\"], \"torch_dtype\": \"float32\", \"text_config\": {"
                + LLAMA
                + "}");

    assertThat(shape(facts).layers()).isEqualTo(32);
    assertThat(shape(facts).elementBytes()).isEqualTo(2);
    assertThat(read("{" + LLAMA + "}", "float32").shape())
        .extracting(ModelShape::elementBytes)
        .isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "num_hidden_layers": null                | does not say 'num_hidden_layers'
          "layer_types": ["linear_attention"]      | layers of type 'linear_attention' keep a state
          "layers_block_type": ["mamba"]           | keep a state of another kind
          "hidden_size": 2000000000                | hidden_size is 2000000000
          """)
  void whatCannotBeToldIsSaid(String config, String problem) throws IOException {
    ModelFacts facts = read(llamaBut(config));

    assertThat(facts.shape()).isNull();
    assertThat(facts.problem()).contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[]| no JSON object", "{\"a\": | ''", "x| ''", "{} {}| ''", "''| ''"})
  void whatIsNoConfigurationIsRefused(String text, String problem) {
    assertThatThrownBy(() -> read(text, "auto"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aFolderWithoutConfigurationIsNoModel() {
    assertThatThrownBy(() -> ModelReader.read(files(), "")).hasMessage("has no config.json");
  }

  @Test
  void everyTensorCountsOnceAsItWillBeHeld() throws IOException {
    weights(
        "model.safetensors",
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + String.join(
                ",",
                tensor("model.embed_tokens.weight", "BF16", 0, 1000),
                tensor("model.layers.0.self_attn.q_proj.weight", "BF16", 1000, 1100),
                tensor("model.layers.0.self_attn.k_proj.weight", "BF16", 1100, 1150),
                tensor("model.layers.0.input_layernorm.weight", "F32", 1150, 1158),
                tensor("model.layers.32.self_attn.q_proj.weight", "BF16", 1158, 2000),
                tensor("lm_head.weight", "BF16", 2000, 3000))
            + "}",
        3000);

    ModelWeights own = read(LLAMA).weights();
    assertThat(own).isNotNull();
    assertThat(own.total().bytes()).isEqualTo(1000 + 100 + 50 + 4 + 1000);
    assertThat(own.replicated().bytes()).isEqualTo(4);
    assertThat(own.keyValue().bytes()).isEqualTo(50);
    assertThat(read(LLAMA + ", \"tie_word_embeddings\": true").weights())
        .extracting(each -> each.total().bytes())
        .isEqualTo(1154L);
    assertThat(read("{" + LLAMA + "}", "float32").weights())
        .extracting(each -> each.total().bytes())
        .isEqualTo(2158L);
  }

  @Test
  void aHeaderLongerThanTheFirstLookIsReadWhole() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 3000; i++) {
      header.append(tensor("t" + i + "x".repeat(40), "BF16", i, i + 1)).append(",");
    }
    weights("model.safetensors", header + tensor("last", "BF16", 3000, 3001) + "}", 3001);

    SafetensorsHeader read = SafetensorsHeader.read(files(), "model.safetensors");
    assertThat(read.tensors()).hasSize(3001);
    assertThat(read.fileSize()).isEqualTo(Files.size(folder.resolve("model.safetensors")));
  }

  @Test
  void damagedAndHostileHeadersAreRefusedInWords() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, new byte[3]);
    assertRefused("is cut off: it has 3 bytes");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
    assertRefused("pointer of git-lfs");
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 0});
    assertRefused("is no safetensors file");
    Files.write(file, new byte[] {0, 0, 0, 0x7f, 0, 0, 0, 0, 0});
    assertRefused("is no safetensors file");
    Files.write(file, new byte[] {100, 0, 0, 0, 0, 0, 0, 0, '{'});
    assertRefused("is cut off within its header");
    weights("model.safetensors", "{\"a\":{\"data_offsets\":[5,1]}}", 0);
    assertRefused("makes no sense at 'a'");
    weights("model.safetensors", "{\"a\":{\"data_offsets\":[0,1e300]}}", 0);
    assertRefused("makes no sense");
    weights("model.safetensors", "{\"a\":[1,2]}", 0);
    assertRefused("makes no sense");
    weights("model.safetensors", "[".repeat(90_000), 0);
    assertThatThrownBy(() -> SafetensorsHeader.read(files(), "model.safetensors"))
        .isInstanceOf(IOException.class);
  }

  private void assertRefused(String words) {
    assertThatThrownBy(() -> SafetensorsHeader.read(files(), "model.safetensors"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(words);
  }

  @Test
  void garbageIsRefusedAndNothingElse() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      byte[] garbage = new byte[random.nextInt(300)];
      random.nextBytes(garbage);
      if (garbage.length > 9) {
        garbage[1] = 0;
        Arrays.fill(garbage, 2, 8, (byte) 0);
        garbage[8] = '{';
      }
      Files.write(folder.resolve("model.safetensors"), garbage);
      assertThatThrownBy(() -> SafetensorsHeader.read(files(), "model.safetensors"))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void theIndexSaysWhichFilesAreNeeded() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{" + LLAMA + "}");
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Files.writeString(
        folder.resolve(NeededFiles.INDEX),
        "{\"weight_map\": {\"a\": \"1.safetensors\", \"b\": \"2.safetensors\", \"c\":"
            + " \"2.safetensors\"}}");
    weights("1.safetensors", "{" + tensor("a", "BF16", 0, 2) + "}", 2);

    NeededFiles needed = ModelReader.needed(files(), false);
    assertThat(needed.missing()).containsExactly("2.safetensors");
    Files.writeString(folder.resolve(NeededFiles.INDEX), "{}");
    assertThatThrownBy(() -> ModelReader.needed(files(), false))
        .hasMessage("names no file of weights");
  }

  @Test
  void namesThatLeadOutOfTheFolderAreNotFollowed() throws IOException {
    Path secret = Files.writeString(folder.resolveSibling("secret"), "x");
    try {
      assertThatThrownBy(() -> files().read("../secret", 0, 9))
          .isInstanceOf(NoSuchFileException.class);
    } finally {
      Files.delete(secret);
    }
  }
}
