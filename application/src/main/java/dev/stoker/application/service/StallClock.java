package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.LoadStalled;
import dev.stoker.domain.failure.ServerFailure.NoSignOfLife;
import dev.stoker.domain.model.LoadPhase;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Knows when a start last moved, and which limit it has broken (FR-023, FR-047). */
final class StallClock {
  private final VllmLifecycleOptions options;
  private final Instant launchedAt;
  private Instant lastMove;
  private boolean alive;
  private Duration processorTime = Duration.ZERO;
  private ByteSize bytes = new ByteSize(0);

  StallClock(ServiceSpec spec, Instant launchedAt, Instant now) {
    this.options = spec.options();
    this.launchedAt = launchedAt;
    this.lastMove = now;
  }

  void moved(Instant now) {
    lastMove = now;
    alive = true;
  }

  void sawProcessorTime(Duration used, LoadPhase phase, Instant now) {
    // Against the last look, not the most ever: what a process used goes with it when it ends.
    boolean grew = used.compareTo(processorTime) > 0;
    processorTime = used;
    if (grew) {
      alive = true;
      if (phase.processorTimeIsProgress()) {
        lastMove = now;
      }
    }
  }

  void sawBytes(ByteSize present, Instant now) {
    if (present.compareTo(bytes) > 0) {
      bytes = present;
      moved(now);
    }
  }

  /** {@return the limit that is broken, or empty} */
  Optional<Failure> check(LoadPhase phase, Instant now, Supplier<List<String>> lastLines) {
    Duration elapsed = Duration.between(launchedAt, now);
    if (!alive && elapsed.compareTo(options.startTimeout()) > 0) {
      return Optional.of(new NoSignOfLife(options.startTimeout(), Evidence.of(lastLines.get())));
    }
    Duration silence = Duration.between(lastMove, now);
    if (silence.compareTo(phase.stallLimit(options.modelLoadTimeout())) > 0) {
      return Optional.of(
          new LoadStalled(
              phase,
              silence,
              elapsed,
              "lifecycle.model_load_timeout_seconds",
              Evidence.of(lastLines.get())));
    }
    Duration total = options.totalStartTimeout();
    if (total != null && elapsed.compareTo(total) > 0) {
      return Optional.of(
          new LoadStalled(
              phase,
              silence,
              elapsed,
              "lifecycle.total_start_timeout_seconds",
              Evidence.of(lastLines.get())));
    }
    return Optional.empty();
  }
}
