package dev.stoker.application.service;

import dev.stoker.application.Incident;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.application.port.out.StateStore.StepRecord;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that where a service stands is written down before anything is done or answered, and
 * that what could not be written is tried again; for the supervisor's thread alone.
 */
final class KeptStanding {
  private static final Duration WRITE_AGAIN = Duration.ofSeconds(5);

  /** Of a disk that is full for long the oldest are lost; where it stands now never is. */
  private static final int MOST_WAITING = 200;

  private final ServiceName service;
  private final Chronicle chronicle;
  private final Scheduler scheduler;
  private final Consumer<Runnable> deliver;
  private final Consumer<Incident> incidents;
  private final Deque<StepRecord> waiting = new ArrayDeque<>();
  private @Nullable Failure unwritten;
  private boolean tries;

  /**
   * Keeps the standing of one service.
   *
   * @param deliver has something done by the supervisor's thread
   * @param incidents told each incident once it was handed over to be written
   */
  KeptStanding(
      ServiceName service,
      Chronicle chronicle,
      Scheduler scheduler,
      Consumer<Runnable> deliver,
      Consumer<Incident> incidents) {
    this.service = service;
    this.chronicle = chronicle;
    this.scheduler = scheduler;
    this.deliver = deliver;
    this.incidents = incidents;
  }

  /** {@return why not everything could be written, null when all is durable} */
  @Nullable Failure unwritten() {
    return unwritten;
  }

  /** Writes a step, after those that wait to be written. */
  void write(Chronicle.Step step, Instant at) {
    StepRecord record = Chronicle.record(step, at, unwritten != null);
    write(record);
    Incident incident = record.incident();
    if (incident != null) {
      incidents.accept(incident);
    }
  }

  /** Writes where it begins. */
  void begin(MachineState state) {
    write(Chronicle.record(service, state));
  }

  private void write(StepRecord record) {
    if (!record.isEmpty()) {
      waiting.add(record);
      if (waiting.size() > MOST_WAITING) {
        waiting.remove();
      }
      writeAll();
    }
  }

  /** Nothing of it is to be written any more: it is no more. */
  void forget() {
    waiting.clear();
    unwritten = null;
  }

  /** In order, but where it stands is always as it is now: a kill in between must find that. */
  private void writeAll() {
    Failure problem = null;
    while (problem == null && !waiting.isEmpty()) {
      Standing now = waiting.getLast().standing();
      problem = chronicle.write(waiting.element().with(now));
      if (problem == null) {
        waiting.remove();
      } else if (now != null) {
        // There may be room for that, if not for the rest.
        var _ = chronicle.write(new StepRecord(service, now, List.of(), null, null, 0));
      }
    }
    unwritten = problem;
    if (problem != null && !tries) {
      tries = true;
      scheduler.schedule("write-" + service, WRITE_AGAIN, () -> deliver.accept(this::tryAgain));
    }
  }

  private void tryAgain() {
    tries = false;
    writeAll();
  }
}
