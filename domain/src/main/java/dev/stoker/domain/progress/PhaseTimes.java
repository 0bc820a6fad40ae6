package dev.stoker.domain.progress;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long each phase of one start took.
 *
 * @param took by phase, in order; without those that it did not have
 */
public record PhaseTimes(Map<LoadPhase, Duration> took) {
  private static final PhaseTimes NONE = new PhaseTimes(Map.of());

  /** Copies the map. */
  public PhaseTimes {
    EnumMap<LoadPhase, Duration> copy = new EnumMap<>(LoadPhase.class);
    copy.putAll(took);
    took = Collections.unmodifiableMap(copy);
  }

  /** {@return of a start of which only the whole is known} */
  public static PhaseTimes none() {
    return NONE;
  }

  /** {@return with this phase} */
  public PhaseTimes with(LoadPhase phase, Duration duration) {
    EnumMap<LoadPhase, Duration> more = new EnumMap<>(LoadPhase.class);
    more.putAll(took);
    more.put(phase, duration);
    return new PhaseTimes(more);
  }

  /** {@return whether nothing is known} */
  public boolean isEmpty() {
    return took.isEmpty();
  }

  /** {@return how long it took, zero where it did not have that phase} */
  public Duration of(LoadPhase phase) {
    return took.getOrDefault(phase, Duration.ZERO);
  }
}
