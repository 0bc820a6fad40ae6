package dev.stoker.domain.fit;

import java.util.ArrayList;
import java.util.List;

/**
 * What of a model's configuration decides how much memory it takes ({@code facts-memory-fit.md}
 * E.2).
 *
 * @param layers with attention
 * @param windowedLayers how many of them look back over {@link #window} tokens only
 * @param window in tokens; 0 where all layers see everything
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layers
 * @param vocabularySize in tokens
 * @param attentionHeads of a layer
 * @param keyValueHeads of a layer; fewer where heads share them
 * @param headSize in elements
 * @param latentSize elements that a token leaves per layer where keys and values are one compressed
 *     latent (MLA); 0 otherwise
 * @param mixtureOfExperts whether feed-forward layers are chosen among experts
 * @param elementBytes of one activation, 2 for bfloat16
 * @param longestContext that the model was made for, in tokens
 */
public record ModelShape(
    int layers,
    int windowedLayers,
    int window,
    int hiddenSize,
    int intermediateSize,
    int vocabularySize,
    int attentionHeads,
    int keyValueHeads,
    int headSize,
    int latentSize,
    boolean mixtureOfExperts,
    int elementBytes,
    int longestContext) {

  /**
   * Checks the numbers: they come from a file that anybody may have written.
   *
   * @throws IllegalArgumentException when one is not possible, naming it
   */
  public ModelShape {
    List<String> wrong = new ArrayList<>();
    check(wrong, "num_hidden_layers", layers, 1, 10_000);
    check(wrong, "sliding-window layers", windowedLayers, 0, layers);
    check(wrong, "sliding_window", window, windowedLayers == 0 ? 0 : 1, 100_000_000);
    check(wrong, "hidden_size", hiddenSize, 1, 1_000_000);
    check(wrong, "intermediate_size", intermediateSize, 0, 10_000_000);
    check(wrong, "vocab_size", vocabularySize, 1, 10_000_000);
    check(wrong, "num_attention_heads", attentionHeads, 1, 10_000);
    check(wrong, "num_key_value_heads", keyValueHeads, 1, 10_000);
    check(wrong, "head_dim", headSize, 1, 100_000);
    check(wrong, "kv_lora_rank", latentSize, 0, 1_000_000);
    check(wrong, "bytes of the dtype", elementBytes, 1, 8);
    check(wrong, "max_position_embeddings", longestContext, 1, 100_000_000);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
  }

  private static void check(List<String> wrong, String name, int value, int least, int most) {
    if (value < least || value > most) {
      wrong.add(name + " is " + value + ", possible are " + least + " to " + most);
    }
  }

  /**
   * {@return bytes that one token leaves in the cache of one layer on one device} Latents are whole
   * on each device, heads are shared out; a head that there are more devices than is copied.
   *
   * @param tensorParallel devices that share a layer
   * @param cacheElementBytes bytes of one cached element
   */
  public long cachedPerLayer(int tensorParallel, int cacheElementBytes) {
    return latentSize > 0
        ? (long) latentSize * cacheElementBytes
        : 2L * Math.max(1, keyValueHeads / tensorParallel) * headSize * cacheElementBytes;
  }
}
