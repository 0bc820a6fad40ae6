package dev.stoker.application.service;

import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that where a service stands is written down before anything is done or answered, and
 * that what could not be written is tried again; for the supervisor's thread alone.
 */
final class KeptStanding {
  private static final Duration WRITE_AGAIN = Duration.ofSeconds(5);

  private final ServiceName service;
  private final Chronicle chronicle;
  private final Scheduler scheduler;
  private final Supplier<MachineState> state;
  private final Consumer<Runnable> deliver;
  private @Nullable Failure unwritten;

  /**
   * Keeps the standing of one service.
   *
   * @param state where it stands now
   * @param deliver has something done by the supervisor's thread
   */
  KeptStanding(
      ServiceName service,
      Chronicle chronicle,
      Scheduler scheduler,
      Supplier<MachineState> state,
      Consumer<Runnable> deliver) {
    this.service = service;
    this.chronicle = chronicle;
    this.scheduler = scheduler;
    this.state = state;
    this.deliver = deliver;
  }

  /** {@return why the last step could not be written, null when all is durable} */
  @Nullable Failure unwritten() {
    return unwritten;
  }

  void write(Chronicle.Step step, Instant at) {
    boolean waits = unwritten != null;
    unwritten = chronicle.write(step, at, waits);
    if (unwritten != null && !waits) {
      tryLater();
    }
  }

  void rewrite() {
    unwritten = chronicle.rewrite(service, state.get());
    if (unwritten != null) {
      tryLater();
    }
  }

  private void tryLater() {
    scheduler.schedule(
        "write-" + service,
        WRITE_AGAIN,
        () ->
            deliver.accept(
                () -> {
                  if (unwritten != null) {
                    rewrite();
                  }
                }));
  }
}
