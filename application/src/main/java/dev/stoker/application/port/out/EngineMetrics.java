package dev.stoker.application.port.out;

import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.unit.Port;
import org.jspecify.annotations.Nullable;

/** Reads an engine's own counters. Calls block, at most {@link HealthProbe#LIMIT}. */
public interface EngineMetrics {
  /** {@return the counters as they are now, null when they cannot be read} */
  @Nullable EngineSample sample(Port port);

  /** {@return whether it says that it was put to sleep or paused; one that cannot say is not} */
  boolean isPaused(Port port);
}
