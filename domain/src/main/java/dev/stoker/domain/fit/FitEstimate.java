package dev.stoker.domain.fit;

import java.util.List;

/**
 * Whether a model fits, and the numbers behind it. Bytes are those of the fullest device; what is
 * left may be negative.
 *
 * @param verdict the answer
 * @param certain whether a no does not rest on an estimate: it does not fit whatever the server
 *     takes beside weights and cache
 * @param problem why it does not, in one sentence; empty where it does
 * @param budget what the server may take of the device
 * @param weights what the weights take
 * @param overhead what else it takes
 * @param cacheLeft what is left for the cache
 * @param cacheNeeded what one request of full length needs
 * @param tokens how many tokens fit the cache
 * @param context the length that was asked for, in tokens
 * @param longestContext the longest request that fits, in tokens; 0 where none does
 * @param concurrency how many requests of full length fit at once
 * @param cures the smallest changes that each make it fit
 */
public record FitEstimate(
    Verdict verdict,
    boolean certain,
    String problem,
    long budget,
    long weights,
    long overhead,
    long cacheLeft,
    long cacheNeeded,
    long tokens,
    int context,
    int longestContext,
    double concurrency,
    List<Cure> cures) {
  /** Copies the list. */
  public FitEstimate {
    cures = List.copyOf(cures);
  }

  /** The answer. */
  public enum Verdict {
    /** With room to spare. */
    FITS,
    /** It should, by less than the estimate is sure of. */
    TIGHT,
    /** It does not. */
    DOES_NOT_FIT,
    /** No device is known to compare with. */
    UNKNOWN
  }

  /**
   * A change that makes it fit.
   *
   * @param change what to change
   * @param value to what
   */
  public record Cure(Change change, String value) {
    /** {@return how it is written on a command line} */
    public String describe() {
      return switch (change) {
        case CONTEXT -> "'-- --max-model-len " + value + "'";
        case UTILIZATION -> "--gpu-memory-utilization " + value;
        case SEQUENCES -> "'-- --max-num-seqs " + value + "'";
        case CACHE_TYPE -> "'-- --kv-cache-dtype " + value + "'";
        case TENSOR_PARALLEL -> "--tensor-parallel-size " + value;
      };
    }
  }

  /** What can be changed. */
  public enum Change {
    /** A shorter context. */
    CONTEXT,
    /** A larger share of the device's memory. */
    UTILIZATION,
    /** Fewer requests at once. */
    SEQUENCES,
    /** Smaller elements in the cache. */
    CACHE_TYPE,
    /** More devices. */
    TENSOR_PARALLEL
  }
}
