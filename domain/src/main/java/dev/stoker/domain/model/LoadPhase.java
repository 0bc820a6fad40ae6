package dev.stoker.domain.model;

import java.time.Duration;
import java.util.Locale;

/** How far a start has come, in the order in which a server goes through it. */
public enum LoadPhase {
  /** Launched; nothing heard of it. */
  LAUNCH("starting the process", 300, 0),
  /** The server's first program is being imported. */
  IMPORT("importing the engine", 180, 2),
  /** Flags and the model's configuration are read. */
  CONFIGURATION("reading the configuration", 300, 20),
  /** The engine's own processes are started. */
  ENGINE_START("starting the engine's processes", 180, 35),
  /** The weights are read, after being fetched where they are missing. */
  WEIGHTS("loading the weights", 300, 60),
  /** The model is compiled for this machine. */
  COMPILE("compiling", 300, 75),
  /** Memory for the key-value cache is laid out. */
  KV_CACHE("preparing the key-value cache", 300, 85),
  /** CUDA graphs are captured. */
  GRAPHS("capturing graphs", 300, 90),
  /** The HTTP server starts. */
  API_START("starting the HTTP server", 300, 95),
  /** The request that proves it is being answered. */
  FIRST_ANSWER("waiting for the first answer", 300, 98);

  private final String label;
  private final Duration longestSilence;
  private final int percentAtEntry;

  LoadPhase(String label, int longestSilenceSeconds, int percentAtEntry) {
    this.label = label;
    this.longestSilence = Duration.ofSeconds(longestSilenceSeconds);
    this.percentAtEntry = percentAtEntry;
  }

  /** {@return a few words for people} */
  public String label() {
    return label;
  }

  /** {@return the name in machine-readable output, lower case} */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return a rough share of the whole start that lies before this phase, 0 to 100} */
  public int percentAtEntry() {
    return percentAtEntry;
  }

  /**
   * How long this phase may go without any progress (FR-023).
   *
   * @param modelLoadTimeout the configured limit; import and engine start have at most 180 s of it
   */
  public Duration stallLimit(Duration modelLoadTimeout) {
    return modelLoadTimeout.compareTo(longestSilence) < 0 || longestSilence.toSeconds() == 300
        ? modelLoadTimeout
        : longestSilence;
  }

  /** {@return whether processor time of the tree is progress in this phase} */
  public boolean processorTimeIsProgress() {
    return this == COMPILE || this == GRAPHS || this == FIRST_ANSWER;
  }
}
