package dev.stoker.domain.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which files of a model vLLM reads ({@code facts-hub-and-gpu.md} D1); a repository often holds the
 * weights in several formats.
 *
 * @param files those to have, in the order of their names
 * @param weights those of them that are weights; empty where there are none that may be read
 * @param missing those that an index names and that are not there, or kinds of files without which
 *     nothing is served
 * @param pickled whether the weights run code when they are read
 */
public record NeededFiles(
    List<String> files, List<String> weights, List<String> missing, boolean pickled) {
  /** The index of weights in several files. */
  public static final String INDEX = "model.safetensors.index.json";

  /** The same of pickled weights. */
  public static final String PICKLED_INDEX = "pytorch_model.bin.index.json";

  /** Any of them makes a tokenizer; its name is the model's own affair. */
  private static final Pattern TOKENIZER =
      Pattern.compile(
          "(?:[\\w.-]*tokenizer[\\w.-]*|vocab\\.\\w+|tekken\\.json|[^/]+\\.(?:model|tiktoken|vocab))");

  /** At the top, or the configuration of a part ({@code 1_Pooling/config.json}). */
  private static final Pattern SETTINGS =
      Pattern.compile(
          "[^/]+\\.(?:json|jinja|txt|model|tiktoken|jsonl)|[^/]+/config\\.json|additional_chat_templates/[^/]+");

  private static final Pattern CODE = Pattern.compile("[^/]+\\.py");
  private static final Pattern SAFETENSORS = Pattern.compile("[^/]+\\.safetensors");
  private static final Pattern CONSOLIDATED = Pattern.compile("consolidated[^/]*\\.safetensors");
  private static final Pattern PICKLED = Pattern.compile("[^/]+\\.(?:bin|pt)");
  private static final Pattern NO_WEIGHTS =
      Pattern.compile("training_args\\.bin|(?:optimizer|scheduler|scaler|rng_state)[^/]*");

  /** Copies the lists. */
  public NeededFiles {
    files = List.copyOf(files);
    weights = List.copyOf(weights);
    missing = List.copyOf(missing);
  }

  /** {@return whether everything is there} */
  public boolean isComplete() {
    return missing.isEmpty();
  }

  /** {@return the index that has to be read before {@link #of} can be asked; empty for none} */
  public static Optional<String> indexOf(Collection<String> there) {
    if (!matching(there, CONSOLIDATED).isEmpty()) {
      return Optional.empty();
    }
    if (there.contains(INDEX)) {
      return Optional.of(INDEX);
    }
    boolean safe = there.stream().anyMatch(path -> SAFETENSORS.matcher(path).matches());
    return !safe && there.contains(PICKLED_INDEX) ? Optional.of(PICKLED_INDEX) : Optional.empty();
  }

  /**
   * {@return what is needed of a repository}
   *
   * @param there every file of it
   * @param indexed what the index names; empty where there is no index
   * @param code whether code of the repository is trusted
   */
  public static NeededFiles of(Collection<String> there, Collection<String> indexed, boolean code) {
    Set<String> files = new TreeSet<>();
    for (String path : there) {
      boolean settings = SETTINGS.matcher(path).matches() && !path.equals(PICKLED_INDEX);
      if (settings || (code && CODE.matcher(path).matches())) {
        files.add(path);
      }
    }
    Set<String> weights = new TreeSet<>(indexed);
    if (weights.isEmpty()) {
      weights.addAll(unindexed(there));
    }
    boolean pickled = weights.stream().anyMatch(path -> !SAFETENSORS.matcher(path).matches());
    if (pickled && there.contains(PICKLED_INDEX)) {
      files.add(PICKLED_INDEX);
    }
    List<String> missing = new ArrayList<>();
    if (!there.contains("config.json") && !there.contains("params.json")) {
      missing.add("config.json");
    }
    if (there.stream().noneMatch(path -> TOKENIZER.matcher(path).matches())) {
      missing.add("a tokenizer (such as tokenizer.json)");
    }
    if (weights.isEmpty()) {
      missing.add("weights (*.safetensors)");
    }
    weights.stream().filter(path -> !there.contains(path)).forEach(missing::add);
    weights.stream().filter(there::contains).forEach(files::add);
    return new NeededFiles(
        List.copyOf(files), weights.stream().filter(there::contains).toList(), missing, pickled);
  }

  private static List<String> unindexed(Collection<String> there) {
    List<String> consolidated = matching(there, CONSOLIDATED);
    if (!consolidated.isEmpty()) {
      // Mistral's own form: where it is there, vLLM reads it and not the other.
      return consolidated;
    }
    List<String> safe = matching(there, SAFETENSORS);
    return safe.isEmpty() ? matching(there, PICKLED) : safe;
  }

  private static List<String> matching(Collection<String> there, Pattern pattern) {
    return there.stream()
        .filter(path -> pattern.matcher(path).matches())
        .filter(path -> !NO_WEIGHTS.matcher(path).matches())
        .toList();
  }
}
