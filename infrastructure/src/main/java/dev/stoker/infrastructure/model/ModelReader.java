package dev.stoker.infrastructure.model;

import dev.stoker.application.ModelFacts;
import dev.stoker.domain.fit.ModelShape;
import dev.stoker.domain.fit.ModelWeights;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.model.SafetensorsHeader.Entry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a model's files say of it: configuration, and the headers of its weights. */
final class ModelReader {
  private static final String CONFIG = "config.json";

  /** Names every tensor of a large model. */
  static final int LONGEST_INDEX = 20 << 20;

  private static final Pattern LAYER = Pattern.compile("\\.layers\\.(\\d{1,6})\\.");

  /** On each device whole: norms, routers, down-projections of latent attention. */
  private static final Pattern REPLICATED =
      Pattern.compile("norm|\\.gate\\.|\\.router\\.|\\bq_a_proj\\b|\\bkv_a_proj");

  private static final Pattern KEY_VALUE = Pattern.compile("\\.(?:k_proj|v_proj)\\.");

  private ModelReader() {}

  /**
   * {@return which files of a model are needed}
   *
   * @param code whether its code is trusted
   * @throws IOException when they cannot be read, or its index is none
   */
  static NeededFiles needed(ModelFiles files, boolean code) throws IOException {
    Collection<String> names = files.names();
    Optional<String> index = NeededFiles.indexOf(names);
    List<String> indexed =
        index.isEmpty() ? List.of() : WeightIndex.files(files.read(index.get(), 0, LONGEST_INDEX));
    return NeededFiles.of(names, indexed, code);
  }

  /**
   * {@return what is wrong with a file, as far as its beginning and its length tell; empty where
   * nothing is}
   *
   * @throws IOException when it cannot be read
   */
  static Optional<String> damage(ModelFiles files, String name) throws IOException {
    long size = files.size(name);
    boolean vital = name.equals(CONFIG) || name.endsWith(".index.json") || isWeights(name);
    if (size == 0 && vital) {
      return Optional.of("'" + name + "' is empty");
    }
    if (!name.endsWith(".safetensors")) {
      return Optional.empty();
    }
    try {
      long whole = SafetensorsHeader.read(files, name).fileSize();
      return size == whole
          ? Optional.empty()
          : Optional.of(
              "'"
                  + name
                  + "' is "
                  + (size < whole ? "cut off" : "too long")
                  + ": "
                  + new ByteSize(size)
                  + " of "
                  + new ByteSize(whole));
    } catch (IOException e) {
      return Optional.of("'" + name + "' " + e.getMessage());
    }
  }

  /**
   * {@return what the files say}
   *
   * @param wantedType of the elements, where the user chose one; empty or {@code auto} otherwise
   * @throws IOException when there is no configuration that can be read
   */
  static ModelFacts read(ModelFiles files, String wantedType) throws IOException {
    ConfigFile config;
    try {
      config = ConfigFile.of(files.read(CONFIG, 0, ConfigFile.LONGEST));
    } catch (NoSuchFileException e) {
      throw new IOException("has no config.json", e);
    }
    int elementBytes = elementBytes(wantedType);
    ModelShape shape = null;
    String problem = "";
    try {
      shape = config.shape(elementBytes);
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    NeededFiles needed = needed(files, false);
    ModelWeights weights = null;
    String source;
    try {
      weights = weights(files, needed, config, elementBytes);
      source = "the headers of " + count(needed.weights().size(), "file");
    } catch (IOException e) {
      source = String.valueOf(e.getMessage());
    }
    return new ModelFacts(
        config.architecture(),
        config.type(),
        config.quantization(),
        shape,
        problem,
        weights,
        source,
        config.hasCode());
  }

  private static boolean isWeights(String name) {
    return name.endsWith(".safetensors") || name.endsWith(".bin") || name.endsWith(".pt");
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** Without a wish, vLLM runs in 16 bits what was saved in 32. */
  private static int elementBytes(String wanted) {
    return wanted.toLowerCase(Locale.ROOT).matches("float|float32") ? 4 : 2;
  }

  private static @Nullable ModelWeights weights(
      ModelFiles files, NeededFiles needed, ConfigFile config, int elementBytes)
      throws IOException {
    if (needed.weights().isEmpty()) {
      return null;
    }
    if (needed.pickled()) {
      // What is in them is known only by running them.
      long sum = 0;
      for (String name : needed.weights()) {
        sum += files.size(name);
      }
      return ModelWeights.ofTotal(new ByteSize(sum));
    }
    Sum sum = new Sum(config, elementBytes);
    for (String name : needed.weights()) {
      try {
        SafetensorsHeader.read(files, name).tensors().forEach(sum::add);
      } catch (NoSuchFileException e) {
        throw new IOException("the file '" + name + "' is not there", e);
      } catch (IOException e) {
        throw new IOException("the file '" + name + "' " + e.getMessage(), e);
      }
    }
    return sum.weights();
  }

  /** Adds tensors up, each as it will be held. */
  private static final class Sum {
    private final OptionalInt layers;
    private final boolean tied;
    private final boolean halved;
    private long total;
    private long replicated;
    private long keyValue;

    Sum(ConfigFile config, int elementBytes) {
      layers = config.layers();
      tied = config.isTied();
      halved = elementBytes == 2 && config.quantization().isEmpty();
    }

    void add(Entry tensor) {
      String name = tensor.name();
      boolean copy = tied && name.endsWith("lm_head.weight");
      if (copy || isBehindTheLast(name) || name.startsWith("mtp.")) {
        return;
      }
      long bytes = halved && tensor.type().equals("F32") ? tensor.bytes() / 2 : tensor.bytes();
      total += bytes;
      if (REPLICATED.matcher(name).find()) {
        replicated += bytes;
      } else if (KEY_VALUE.matcher(name).find()) {
        keyValue += bytes;
      }
    }

    /** Layers that only predict several tokens at once are not loaded without being asked for. */
    private boolean isBehindTheLast(String name) {
      Matcher layer = LAYER.matcher(name);
      return layers.isPresent()
          && layer.find()
          && !name.contains("vision")
          && !name.contains("visual")
          && Integer.parseInt(layer.group(1)) >= layers.getAsInt();
    }

    ModelWeights weights() {
      return new ModelWeights(
          new ByteSize(total), new ByteSize(replicated), new ByteSize(keyValue));
    }
  }
}
