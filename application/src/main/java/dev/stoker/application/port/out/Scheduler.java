package dev.stoker.application.port.out;

import java.time.Duration;

/** Running things elsewhere and later. Tests run it on virtual time. */
public interface Scheduler {
  /**
   * Runs it soon, on a thread of its own; it may block.
   *
   * @param name of the thread, after what it serves
   */
  void execute(String name, Runnable task);

  /**
   * Runs it after the delay, on a thread of its own; it may block. There is no way to call it back:
   * what it would do is checked when it runs.
   *
   * @param name of the thread, after what it serves
   */
  void schedule(String name, Duration delay, Runnable task);
}
