package dev.stoker.domain.fit;

import dev.stoker.domain.fit.FitEstimate.Change;
import dev.stoker.domain.fit.FitEstimate.Cure;
import dev.stoker.domain.fit.FitEstimate.Verdict;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers whether a model fits, by what vLLM does in this order: it takes a share of the device,
 * refuses where less is free, loads the weights, measures what a step needs, and gives what is left
 * to the cache, which must hold one request of full length ({@code facts-memory-fit.md}). Pure.
 */
public final class MemoryFit {
  private static final long GIB = 1L << 30;

  /** Devices of this size on get other defaults ({@code facts-memory-fit.md} E.1). */
  private static final long LARGE = 70 * GIB;

  private static final long HUGE = 160 * GIB;
  private static final int MANY_SEQUENCES = 1024;
  private static final int FEW_SEQUENCES = 256;

  /** Of a device's memory: less room than that is told apart from plenty. */
  private static final double TIGHT = 0.05;

  /** More leaves nothing to the driver. */
  private static final double MOST_UTILIZATION = 0.98;

  private static final int MOST_DEVICES = 64;

  private final FitQuestion question;
  private final FitSettings settings;
  private final @Nullable DeviceMemory device;

  private MemoryFit(FitQuestion question) {
    this.question = question;
    this.settings = question.settings();
    // All devices get the same share of the model: the smallest, and of those the fullest, decides.
    this.device =
        question.devices().stream()
            .sorted(
                Comparator.comparing(DeviceMemory::total)
                    .reversed()
                    .thenComparing(Comparator.comparing(DeviceMemory::free).reversed()))
            .limit(settings.devices())
            .reduce((_, smaller) -> smaller)
            .orElse(null);
  }

  /** {@return whether it fits, and what would make it fit} */
  public static FitEstimate of(FitQuestion question) {
    return new MemoryFit(question).answer();
  }

  private FitEstimate answer() {
    Optional<String> problem = problem(overhead());
    boolean fits = problem.isEmpty();
    boolean known = device != null;
    boolean tight = fits && known && margin() < TIGHT * total();
    Verdict ofKnown = fits ? (tight ? Verdict.TIGHT : Verdict.FITS) : Verdict.DOES_NOT_FIT;
    return new FitEstimate(
        known ? ofKnown : Verdict.UNKNOWN,
        known && problem(0).isPresent(),
        known ? problem.orElse("") : "no device with a known memory is here to compare with",
        budget(),
        weights(),
        overhead(),
        cacheLeft(),
        cacheNeeded(),
        tokens(),
        context(),
        longestContext(),
        Math.max(0, (double) cacheLeft() / cacheNeeded()),
        fits || !known ? List.of() : cures());
  }

  /** {@return how far it is from not fitting} */
  private long margin() {
    DeviceMemory smallest = device;
    return settings.cache() == null || smallest == null
        ? cacheLeft() - cacheNeeded()
        : smallest.free().bytes() - budget();
  }

  /**
   * {@return why it does not fit when it takes that beside weights and cache; empty where it does}
   */
  private Optional<String> problem(long overhead) {
    DeviceMemory smallest = device;
    if (smallest == null) {
      return Optional.empty();
    }
    if (question.devices().size() < settings.devices()) {
      return Optional.of(
          "it is to run on "
              + settings.devices()
              + " devices, and "
              + question.devices().size()
              + " may be used");
    }
    if (question.shape().attentionHeads() % settings.tensorParallel() != 0) {
      return Optional.of(
          "its "
              + question.shape().attentionHeads()
              + " attention heads cannot be shared evenly by "
              + settings.tensorParallel()
              + " devices");
    }
    long wanted = settings.cache() == null ? budget() : taken(overhead);
    if (smallest.free().bytes() < wanted) {
      return Optional.of(
          "device "
              + smallest.id()
              + " has "
              + smallest.free()
              + " free, and "
              + new ByteSize(wanted)
              + " are to be taken of it");
    }
    long left = cacheLeft(overhead);
    if (left <= 0) {
      return Optional.of(
          "weights"
              + (overhead == 0 ? " (" : " and working memory (")
              + new ByteSize(weights() + overhead)
              + ") leave nothing of "
              + new ByteSize(budget())
              + " for the cache");
    }
    if (left < cacheNeeded()) {
      return Optional.of(
          "one request of "
              + context()
              + " tokens needs "
              + new ByteSize(cacheNeeded())
              + " of cache, and "
              + new ByteSize(left)
              + " are left");
    }
    return Optional.empty();
  }

  private long total() {
    return device == null ? 0 : device.total().bytes();
  }

  /** {@return what it takes where the size of the cache is given: no share is looked at then} */
  private long taken(long overhead) {
    ByteSize given = settings.cache();
    return weights() + overhead + (given == null ? 0 : given.bytes());
  }

  private long budget() {
    return settings.cache() == null
        ? (long) Math.ceil(total() * settings.utilization())
        : taken(overhead());
  }

  private long weights() {
    return question
        .weights()
        .perDevice(question.shape(), settings.tensorParallel(), settings.pipelineParallel());
  }

  private int sequences() {
    if (settings.sequences() > 0) {
      return settings.sequences();
    }
    if (question.footprint().mostSequences() > 0) {
      return question.footprint().mostSequences();
    }
    boolean large = total() >= LARGE && device != null && !device.name().contains("A100");
    return large ? MANY_SEQUENCES : FEW_SEQUENCES;
  }

  /** {@return what a step, the runtime and recorded graphs take} */
  private long overhead() {
    ByteSize measured = question.measured();
    if (measured != null) {
      return measured.bytes();
    }
    EngineFootprint footprint = question.footprint();
    boolean together = settings.tensorParallel() > 1;
    double sampling = footprint.bytesPerLogit() * sequences() * question.shape().vocabularySize();
    double working = Math.max(sampling, forward());
    double experts = question.shape().mixtureOfExperts() ? 0.4 * GIB : 0.1 * GIB;
    long runtime = (together ? footprint.together() : footprint.alone()).bytes();
    return Math.round(working + experts) + runtime + (footprint.graphs() ? graphs() : 0);
  }

  /** One step over as many tokens as are computed at once. */
  private double forward() {
    ModelShape shape = question.shape();
    int tokens = inFlight();
    double perToken =
        3.0 * shape.hiddenSize() + 3.0 * shape.intermediateSize() / settings.tensorParallel();
    return 1.25 * tokens * perToken * shape.elementBytes();
  }

  /** {@return how many tokens are computed in one step} */
  private int inFlight() {
    if (total() >= HUGE) {
      return 16384;
    }
    return sequences() == MANY_SEQUENCES ? 8192 : 2048;
  }

  /** Fitted to the worked examples of {@code facts-memory-fit.md} E.4. */
  private long graphs() {
    if (question.shape().latentSize() > 0) {
      return Math.round(1.5 * GIB);
    }
    if (total() >= LARGE) {
      return Math.round(0.7 * GIB);
    }
    return Math.round((settings.tensorParallel() > 1 ? 0.55 : 0.35) * GIB);
  }

  private long cacheLeft() {
    return cacheLeft(overhead());
  }

  private long cacheLeft(long overhead) {
    ByteSize given = settings.cache();
    return given != null ? given.bytes() : budget() - weights() - overhead;
  }

  private int context() {
    return settings.context() > 0 ? settings.context() : question.shape().longestContext();
  }

  /** {@return what one request of full length needs} */
  private long cacheNeeded() {
    return cacheOf(context());
  }

  /** {@return what a request of so many tokens needs, in whole blocks} */
  private long cacheOf(long tokens) {
    ModelShape shape = question.shape();
    int stage = ModelWeights.stage(shape.layers(), settings.pipelineParallel());
    int windowed = stage * shape.windowedLayers() / shape.layers();
    long perLayer = shape.cachedPerLayer(settings.tensorParallel(), cacheElementBytes());
    long kept = Math.min(tokens, shape.window() - 1L + inFlight());
    long seen = blocks(kept) + question.footprint().blockTokens();
    return perLayer
        * ((stage - windowed) * blocks(tokens) + windowed * Math.min(seen, blocks(tokens)));
  }

  private long blocks(long tokens) {
    long block = question.footprint().blockTokens();
    return (tokens + block - 1) / block * block;
  }

  private int cacheElementBytes() {
    return settings.cacheElementBytes() > 0
        ? settings.cacheElementBytes()
        : question.shape().elementBytes();
  }

  /** {@return as many as vLLM reports: of requests of full length, where layers differ} */
  private long tokens() {
    long left = cacheLeft();
    int block = question.footprint().blockTokens();
    if (left <= 0) {
      return 0;
    }
    if (question.shape().windowedLayers() > 0) {
      return (long) ((double) left / cacheNeeded() * context());
    }
    return left / cacheOf(block) * block;
  }

  private int longestContext() {
    int least = 0;
    int most = question.shape().longestContext();
    while (least < most) {
      int middle = least + (most - least + 1) / 2;
      if (cacheOf(middle) <= cacheLeft()) {
        least = middle;
      } else {
        most = middle - 1;
      }
    }
    int block = question.footprint().blockTokens();
    return least == question.shape().longestContext() ? least : least / block * block;
  }

  private boolean fitsWith(FitSettings other) {
    return question.devices().size() >= other.devices()
        && new MemoryFit(question.with(other)).fits();
  }

  private boolean fits() {
    return problem(overhead()).isEmpty();
  }

  private List<Cure> cures() {
    List<Cure> cures = new ArrayList<>();
    int longest = longestContext();
    if (longest > 0 && longest < context() && fitsWith(settings.withContext(longest))) {
      cures.add(new Cure(Change.CONTEXT, Integer.toString(longest)));
    }
    utilization().ifPresent(share -> cures.add(new Cure(Change.UTILIZATION, share)));
    if (sequences() > FEW_SEQUENCES && fitsWith(settings.withSequences(FEW_SEQUENCES))) {
      cures.add(new Cure(Change.SEQUENCES, Integer.toString(FEW_SEQUENCES)));
    }
    if (cacheElementBytes() > 1 && fitsWith(settings.withCacheElementBytes(1))) {
      cures.add(new Cure(Change.CACHE_TYPE, "fp8"));
    }
    tensorParallel().ifPresent(devices -> cures.add(new Cure(Change.TENSOR_PARALLEL, devices)));
    return cures;
  }

  /** {@return the smallest share that fits; a smaller one where less than the share is free} */
  private Optional<String> utilization() {
    for (int percent = 1; percent <= Math.round(MOST_UTILIZATION * 100); percent++) {
      if (fitsWith(settings.withUtilization(percent / 100.0))) {
        return Optional.of(String.format(Locale.ROOT, "%.2f", percent / 100.0));
      }
    }
    return Optional.empty();
  }

  /** {@return the smallest number of devices that fits, also where there are not so many} */
  private Optional<String> tensorParallel() {
    DeviceMemory smallest = device;
    if (smallest == null) {
      return Optional.empty();
    }
    for (int devices = settings.tensorParallel() + 1; devices <= MOST_DEVICES; devices++) {
      FitSettings more = settings.withTensorParallel(devices);
      List<DeviceMemory> such = Collections.nCopies(more.devices(), smallest);
      FitQuestion asked =
          new FitQuestion(
              question.shape(), question.weights(), such, more, question.footprint(), null);
      if (question.shape().attentionHeads() % devices == 0 && new MemoryFit(asked).fits()) {
        return Optional.of(Integer.toString(devices));
      }
    }
    return Optional.empty();
  }
}
