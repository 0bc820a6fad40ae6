package dev.stoker.testing;

import dev.stoker.application.port.out.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * Clock and scheduler in one, on one thread: nothing happens but by {@link #runUntilIdle} and
 * {@link #advance}, and always in the same order. Other threads may hand in what is to be done.
 */
public final class VirtualTime implements InstantSource, Scheduler {
  private static final int MOST_TASKS = 100_000;

  private final Queue<Runnable> soon = new ArrayDeque<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparing(Later::at).thenComparing(Later::number));
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** What runs by itself: the machine's uptime; and how far the wall clock was set beside it. */
  private Instant now = START;

  private static final Duration UP_BEFORE = Duration.ofHours(1);

  private Duration set = Duration.ZERO;
  private long number;
  private long tasks;

  public VirtualTime() {}

  private record Later(Instant at, long number, Runnable task) {}

  @Override
  public synchronized Instant instant() {
    return now.plus(set);
  }

  /** {@return how long the machine has been up} */
  public synchronized Duration uptime() {
    return Duration.between(START, now).plus(UP_BEFORE);
  }

  /** {@return how many tasks of Stokers were run} */
  public synchronized long tasks() {
    return tasks;
  }

  /** Sets the clock that people read. */
  public synchronized void setClock(Duration ahead) {
    set = set.plus(ahead);
  }

  /** The machine sleeps: time passes, and nothing is run, neither soon nor later. */
  public synchronized void sleep(Duration duration) {
    now = now.plus(duration);
    List<Later> all = new ArrayList<>(later);
    later.clear();
    all.forEach(each -> later.add(new Later(each.at().plus(duration), each.number(), each.task())));
  }

  /**
   * {@return a scheduler of one life of a Stoker: when that is over nothing of it is run any more}
   *
   * @param lives whether it still lives
   */
  Scheduler during(BooleanSupplier lives) {
    return new Scheduler() {
      @Override
      public void execute(String name, Runnable task) {
        VirtualTime.this.execute(name, guarded(task));
      }

      @Override
      public void schedule(String name, Duration delay, Runnable task) {
        VirtualTime.this.schedule(name, delay, guarded(task));
      }

      private Runnable guarded(Runnable task) {
        return () -> {
          if (lives.getAsBoolean()) {
            tasks++;
            task.run();
          }
        };
      }
    };
  }

  @Override
  public synchronized void execute(String name, Runnable task) {
    soon.add(task);
  }

  @Override
  public synchronized void schedule(String name, Duration delay, Runnable task) {
    later.add(new Later(now.plus(delay), number++, task));
  }

  /** Runs what is to be run soon, and what that brings. */
  public synchronized void runUntilIdle() {
    for (int i = 0; !soon.isEmpty(); i++) {
      if (i > MOST_TASKS) {
        throw new IllegalStateException("never idle");
      }
      soon.remove().run();
    }
  }

  /** Lets time pass; what falls due is run at its time. */
  public synchronized void advance(Duration duration) {
    Instant end = now.plus(duration);
    runUntilIdle();
    while (!later.isEmpty() && !later.element().at().isAfter(end)) {
      Later due = later.remove();
      now = due.at();
      due.task().run();
      runUntilIdle();
    }
    now = end;
  }
}
