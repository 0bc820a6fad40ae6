package dev.stoker.infrastructure.demo;

import dev.stoker.application.port.out.DemoModelWriter;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.infrastructure.PrivateFiles;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A Llama of 100,000 random weights in two safetensors files, with a byte-level tokenizer and a
 * chat template: the smallest model that goes through everything a real one goes through.
 */
@Singleton
final class LlamaDemoWriter implements DemoModelWriter {
  private static final int HIDDEN = 64;
  private static final int INTERMEDIATE = 128;
  private static final int LAYERS = 2;
  private static final double SPREAD = 0.05;

  /** Every demo model is the same one. */
  private static final long SEED = 20261122;

  private static final String INDEX = "model.safetensors.index.json";

  @Inject
  LlamaDemoWriter() {}

  /** One at a time: two services that start together want the same folder. */
  @Override
  public synchronized void write(Path folder) {
    if (Files.exists(folder.resolve(INDEX))) {
      return;
    }
    // Beside, then renamed: a folder that is there is whole.
    Path beside = folder.resolveSibling(folder.getFileName() + ".new");
    try {
      PrivateFiles.removeTree(beside);
      PrivateFiles.folder(beside);
      Files.writeString(beside.resolve("config.json"), config());
      DemoTokenizer tokenizer = new DemoTokenizer();
      Files.writeString(beside.resolve("tokenizer.json"), tokenizer.json());
      Files.writeString(beside.resolve("tokenizer_config.json"), tokenizer.configJson());
      writeWeights(beside);
      PrivateFiles.removeTree(folder);
      Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LifecycleException(
          new FilesBroken(folder.toString(), "cannot be written: " + e, Evidence.none()), e);
    }
  }

  private static String config() {
    return """
    {
      "architectures": ["LlamaForCausalLM"],
      "model_type": "llama",
      "hidden_size": %d,
      "intermediate_size": %d,
      "num_hidden_layers": %d,
      "num_attention_heads": 2,
      "num_key_value_heads": 2,
      "head_dim": 32,
      "hidden_act": "silu",
      "vocab_size": %d,
      "max_position_embeddings": 2048,
      "rms_norm_eps": 1e-05,
      "rope_theta": 10000.0,
      "bos_token_id": %d,
      "eos_token_id": %d,
      "tie_word_embeddings": false,
      "torch_dtype": "float32"
    }
    """
        .formatted(
            HIDDEN,
            INTERMEDIATE,
            LAYERS,
            DemoTokenizer.VOCABULARY,
            DemoTokenizer.BEGIN,
            DemoTokenizer.END);
  }

  private static void writeWeights(Path folder) throws IOException {
    Random random = new Random(SEED);
    List<Tensor> first = new ArrayList<>();
    List<Tensor> second = new ArrayList<>();
    first.add(noise(random, "model.embed_tokens.weight", DemoTokenizer.VOCABULARY, HIDDEN));
    for (int layer = 0; layer < LAYERS; layer++) {
      (layer == 0 ? first : second).addAll(layer(random, "model.layers." + layer + "."));
    }
    second.add(Tensor.ones("model.norm.weight", HIDDEN));
    second.add(noise(random, "lm_head.weight", DemoTokenizer.VOCABULARY, HIDDEN));
    SafetensorsFiles.write(folder, INDEX, List.of(first, second));
  }

  private static List<Tensor> layer(Random random, String prefix) {
    List<Tensor> tensors = new ArrayList<>();
    for (String name : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      tensors.add(noise(random, prefix + "self_attn." + name + ".weight", HIDDEN, HIDDEN));
    }
    tensors.add(noise(random, prefix + "mlp.gate_proj.weight", INTERMEDIATE, HIDDEN));
    tensors.add(noise(random, prefix + "mlp.up_proj.weight", INTERMEDIATE, HIDDEN));
    tensors.add(noise(random, prefix + "mlp.down_proj.weight", HIDDEN, INTERMEDIATE));
    tensors.add(Tensor.ones(prefix + "input_layernorm.weight", HIDDEN));
    tensors.add(Tensor.ones(prefix + "post_attention_layernorm.weight", HIDDEN));
    return tensors;
  }

  private static Tensor noise(Random random, String name, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * SPREAD);
    }
    return new Tensor(name, List.of(rows, columns), values);
  }
}
