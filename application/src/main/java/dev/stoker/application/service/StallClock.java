package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.LoadStalled;
import dev.stoker.domain.failure.ServerFailure.NoSignOfLife;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Knows when a start last moved, and which limit it has broken (FR-023, FR-047). */
final class StallClock {
  private final VllmLifecycleOptions options;

  /** A look that comes this much later than the one before was not made in between: a pause. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private Duration launchedAt;
  private Duration lastMove;
  private Duration lastLook;
  private boolean alive;
  private Duration processorTime = Duration.ZERO;
  private ByteSize bytes = new ByteSize(0);

  StallClock(ServiceSpec spec, Duration launchedAt, Duration now) {
    this.options = spec.options();
    this.launchedAt = launchedAt;
    this.lastMove = now;
    this.lastLook = now;
  }

  /** What the machine slept through, or Stoker was kept from seeing, is nobody's silence. */
  void lookedAt(Duration now) {
    Duration between = now.minus(lastLook);
    if (between.compareTo(PAUSE) > 0) {
      launchedAt = launchedAt.plus(between);
      lastMove = lastMove.plus(between);
    }
    lastLook = now;
  }

  void moved(Duration now) {
    lastMove = now;
    alive = true;
  }

  void sawProcessorTime(Duration used, LoadPhase phase, Duration now) {
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

  void sawBytes(ByteSize present, Duration now) {
    if (present.compareTo(bytes) > 0) {
      bytes = present;
      moved(now);
    }
  }

  /** {@return the limit that is broken, or empty} */
  Optional<Failure> check(LoadPhase phase, Duration now, Supplier<List<String>> lastLines) {
    Duration elapsed = now.minus(launchedAt);
    if (!alive && elapsed.compareTo(options.startTimeout()) > 0) {
      return Optional.of(new NoSignOfLife(options.startTimeout(), Evidence.of(lastLines.get())));
    }
    Duration silence = now.minus(lastMove);
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
              phase, silence, elapsed, LoadStalled.WHOLE_START, Evidence.of(lastLines.get())));
    }
    return Optional.empty();
  }
}
