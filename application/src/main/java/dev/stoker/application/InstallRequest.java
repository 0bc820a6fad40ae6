package dev.stoker.application;

import org.jspecify.annotations.Nullable;

/**
 * An engine to install.
 *
 * @param provider {@code vllm}
 * @param version null for the pinned default
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code rocm}
 * @param index a package index to take it from, null for the usual one
 */
public record InstallRequest(
    String provider, @Nullable String version, String device, @Nullable String index) {}
