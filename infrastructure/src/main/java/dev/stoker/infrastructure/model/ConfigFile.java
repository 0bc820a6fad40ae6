package dev.stoker.infrastructure.model;

import dev.stoker.domain.fit.ModelShape;
import dev.stoker.infrastructure.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model's {@code config.json}, as vLLM reads it ({@code facts-hub-and-gpu.md} D2).
 *
 * @param root the whole object
 * @param text the part about text, which is the whole where there are no others
 */
record ConfigFile(Map<?, ?> root, Map<?, ?> text) {
  /** No model's is longer. */
  static final int LONGEST = 4 << 20;

  /** Their keys and values are one latent, and their heads are not what the cache holds. */
  private static final Set<String> LATENT =
      Set.of(
          "deepseek_v2",
          "deepseek_v3",
          "deepseek_v32",
          "deepseek_v4",
          "deepseek_mtp",
          "kimi_k2",
          "kimi_linear",
          "glm_moe_dsa",
          "longcat_flash",
          "pangu_ultra_moe",
          "bailing_hybrid");

  /** Layers of another kind than attention keep another kind of state: no rule here covers them. */
  private static final Set<String> ATTENTION = Set.of("full_attention", "sliding_attention");

  static ConfigFile of(byte[] json) throws IOException {
    Map<?, ?> root = Json.object(json);
    Map<?, ?> thinker = Json.inner(Json.inner(root, "thinker_config"), "text_config");
    Map<?, ?> llm = Json.inner(root, "llm_config");
    return new ConfigFile(
        root,
        Stream.of(Json.inner(root, "text_config"), Json.inner(llm, "text_config"), llm, thinker)
            .filter(each -> !each.isEmpty())
            .findFirst()
            .orElse(root));
  }

  String architecture() {
    return root.get("architectures") instanceof List<?> names
            && !names.isEmpty()
            && names.getFirst() instanceof String name
        ? name
        : "";
  }

  /** {@return such as {@code bfloat16}} */
  String type() {
    return Json.text(root, "dtype", "torch_dtype")
        .or(() -> Json.text(text, "dtype", "torch_dtype"))
        .orElse("");
  }

  String quantization() {
    Map<?, ?> given = Json.inner(root, "quantization_config");
    return Json.text(
            given.isEmpty() ? Json.inner(root, "compression_config") : given, "quant_method")
        .orElse("");
  }

  boolean isTied() {
    return Boolean.TRUE.equals(text.get("tie_word_embeddings"))
        || Boolean.TRUE.equals(root.get("tie_word_embeddings"));
  }

  boolean hasCode() {
    return !Json.inner(root, "auto_map").isEmpty();
  }

  OptionalInt layers() {
    return number("num_hidden_layers", "n_layer", "num_layers", "n_layers");
  }

  /**
   * {@return what decides how much memory it takes}
   *
   * @param elementBytes of one activation
   * @throws IOException when the configuration does not tell all of it, saying what is missing
   */
  ModelShape shape(int elementBytes) throws IOException {
    int layers = required(layers(), "num_hidden_layers");
    int hidden = required(number("hidden_size", "n_embd", "d_model"), "hidden_size");
    int heads = required(number("num_attention_heads", "n_head", "n_heads"), "num_attention_heads");
    int window = window();
    boolean latent = LATENT.contains(Json.text(text, "model_type").orElse(""));
    try {
      return new ModelShape(
          layers,
          window == 0 ? 0 : windowedLayers(layers),
          window == 0 || windowedLayers(layers) == 0 ? 0 : window,
          hidden,
          number("intermediate_size", "n_inner", "ffn_dim").orElse(4 * hidden),
          required(number("vocab_size"), "vocab_size"),
          heads,
          keyValueHeads(heads),
          headSize(hidden, heads),
          latent ? latentSize() : 0,
          number("num_experts", "moe_num_experts", "n_routed_experts", "num_local_experts")
              .isPresent(),
          elementBytes,
          required(longestContext(), "max_position_embeddings"));
    } catch (IllegalArgumentException e) {
      throw new IOException("its config.json makes no sense: " + e.getMessage(), e);
    }
  }

  private int keyValueHeads(int heads) {
    return number(
            "n_head_kv",
            "num_kv_heads",
            "num_key_value_heads",
            "multi_query_group_num",
            "num_attention_groups")
        .orElse(Boolean.TRUE.equals(text.get("multi_query")) ? 1 : heads);
  }

  private int headSize(int hidden, int heads) {
    return number("head_dim", "hidden_size_per_head").orElse(hidden / Math.max(1, heads));
  }

  private int latentSize() {
    return number("kv_lora_rank").orElse(0) + number("qk_rope_head_dim").orElse(0);
  }

  /** {@return over how many tokens some layers look back; 0 where all see everything} */
  private int window() throws IOException {
    if (text.get("layer_types") instanceof List<?> types) {
      for (Object type : types) {
        if (!ATTENTION.contains(type)) {
          throw new IOException("its layers of type '" + type + "' keep a state of another kind");
        }
      }
    }
    for (String other :
        List.of("layers_block_type", "hybrid_override_pattern", "linear_attn_config")) {
      if (text.containsKey(other)) {
        throw new IOException("some of its layers keep a state of another kind ('" + other + "')");
      }
    }
    // Qwen2 names a window and does not use it.
    boolean unused = Boolean.FALSE.equals(text.get("use_sliding_window"));
    return unused ? 0 : number("sliding_window").orElse(0);
  }

  private int windowedLayers(int layers) {
    if (text.get("layer_types") instanceof List<?> types) {
      return (int) types.stream().filter("sliding_attention"::equals).count();
    }
    OptionalInt pattern = number("sliding_window_pattern");
    // Of so many layers the last sees everything.
    return pattern.isPresent() ? layers - layers / pattern.getAsInt() : layers;
  }

  private OptionalInt longestContext() {
    return Stream.of(
            "max_position_embeddings",
            "n_positions",
            "max_seq_len",
            "seq_length",
            "model_max_length",
            "max_sequence_length",
            "max_seq_length",
            "seq_len")
        .flatMap(key -> number(key).stream().boxed())
        .mapToInt(Integer::intValue)
        .min();
  }

  private OptionalInt number(String... keys) {
    Optional<Long> found = Json.whole(text, keys);
    return found.isPresent() && found.get() > 0 && found.get() <= Integer.MAX_VALUE
        ? OptionalInt.of(Math.toIntExact(found.get()))
        : OptionalInt.empty();
  }

  private static int required(OptionalInt number, String name) throws IOException {
    return number.orElseThrow(() -> new IOException("its config.json does not say '" + name + "'"));
  }
}
