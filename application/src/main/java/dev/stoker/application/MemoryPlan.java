package dev.stoker.application;

import dev.stoker.domain.fit.EngineFootprint;
import dev.stoker.domain.fit.FitSettings;
import java.util.List;

/**
 * How a server will use memory, by its settings and its version.
 *
 * @param settings how the model is to be run
 * @param footprint what the server takes beside weights and cache
 * @param type of the elements where one was chosen; empty otherwise
 * @param weightsAsStored whether weights take in memory what they take in the files: not where they
 *     are quantized while loading, or partly kept elsewhere
 * @param refusesHeldMemory whether the server refuses to begin where less is free of a device than
 *     its share
 * @param assumptions what was assumed where nothing was said, a sentence each
 */
public record MemoryPlan(
    FitSettings settings,
    EngineFootprint footprint,
    String type,
    boolean weightsAsStored,
    boolean refusesHeldMemory,
    List<String> assumptions) {
  /** Copies the list. */
  public MemoryPlan {
    assumptions = List.copyOf(assumptions);
  }
}
