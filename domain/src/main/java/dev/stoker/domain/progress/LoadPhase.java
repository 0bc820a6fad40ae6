package dev.stoker.domain.progress;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a start has come, in the order in which a server goes through it ({@code facts-vllm.md}
 * 3.2). Not every start has every phase.
 */
public enum LoadPhase {
  /** What is missing of the model is fetched, by us, before anything is launched. */
  FETCH("fetching the model", 0),
  /** Launched; nothing heard of it. */
  ENVIRONMENT("preparing the environment", 2),
  /** The server's first program is being imported. */
  IMPORT("importing the engine", 6, 180),
  /** Flags and the model's configuration are read. */
  CONFIGURATION("reading the configuration", 3),
  /** The engine's own processes are started. */
  ENGINE_START("starting the engine's processes", 15, 180),
  /** What is missing of the model is fetched. */
  DOWNLOAD("downloading the model", 0),
  /** The weights are read. */
  WEIGHTS("loading the weights", 20),
  /** The model is compiled for this machine. */
  COMPILE("compiling", 10),
  /** Memory for the key-value cache is laid out. */
  KV_CACHE("preparing the key-value cache", 2),
  /** CUDA graphs are captured. */
  GRAPHS("capturing graphs", 8),
  /** The HTTP server starts. */
  API_START("starting the HTTP server", 1),
  /** The request that proves it is being answered. */
  FIRST_ANSWER("waiting for the first answer", 1);

  private final String label;
  private final Duration roughly;
  private final Duration longestSilence;

  LoadPhase(String label, int rough) {
    this(label, rough, 0);
  }

  LoadPhase(String label, int roughSeconds, int longestSilenceSeconds) {
    this.label = label;
    this.roughly = Duration.ofSeconds(roughSeconds);
    this.longestSilence = Duration.ofSeconds(longestSilenceSeconds);
  }

  /** {@return a few words for people} */
  public String label() {
    return label;
  }

  /** {@return the name in machine-readable output, lower case} */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return how long it takes compared with the others, where nothing is known of this machine; no
   * promise}
   */
  public Duration roughly() {
    return roughly;
  }

  /**
   * How long this phase may go without any progress (FR-023).
   *
   * @param modelLoadTimeout the configured limit; import and engine start have at most 180 s of it
   */
  public Duration stallLimit(Duration modelLoadTimeout) {
    return longestSilence.isZero() || modelLoadTimeout.compareTo(longestSilence) < 0
        ? modelLoadTimeout
        : longestSilence;
  }

  /** {@return whether processor time of the tree is progress in this phase} */
  public boolean processorTimeIsProgress() {
    return this == COMPILE || this == GRAPHS || this == FIRST_ANSWER;
  }
}
