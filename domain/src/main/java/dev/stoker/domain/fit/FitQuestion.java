package dev.stoker.domain.fit;

import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is asked: a model, devices, and how it is to be run.
 *
 * @param shape of the model
 * @param weights of the model
 * @param devices that it may use
 * @param settings how it is to be run
 * @param footprint what its server takes beside
 * @param measured what its server took beside weights and cache at an earlier start like this one,
 *     per device; null where there was none
 */
public record FitQuestion(
    ModelShape shape,
    ModelWeights weights,
    List<DeviceMemory> devices,
    FitSettings settings,
    EngineFootprint footprint,
    @Nullable ByteSize measured) {
  /** Copies the list. */
  public FitQuestion {
    devices = List.copyOf(devices);
  }

  FitQuestion with(FitSettings other) {
    return new FitQuestion(shape, weights, devices, other, footprint, measured);
  }
}
