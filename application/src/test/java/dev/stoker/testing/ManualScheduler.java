package dev.stoker.testing;

import dev.stoker.application.port.out.Scheduler;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Whoever wants runs what is to be done, soon or later, on its own thread. For any thread. */
public final class ManualScheduler implements Scheduler {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  public ManualScheduler() {}

  @Override
  public void execute(String name, Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(String name, Duration delay, Runnable task) {
    tasks.add(task);
  }

  /** Runs the next task, if there is one. */
  public void runOne() {
    Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  /** {@return whether nothing is to be done} */
  public boolean isIdle() {
    return tasks.isEmpty();
  }
}
