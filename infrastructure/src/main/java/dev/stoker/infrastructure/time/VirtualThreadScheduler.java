package dev.stoker.infrastructure.time;

import dev.stoker.application.port.out.Scheduler;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every task on a virtual thread of its own; one daemon thread keeps the time. */
@Singleton
final class VirtualThreadScheduler implements Scheduler {
  private static final Logger log = LoggerFactory.getLogger(VirtualThreadScheduler.class);

  private final ScheduledThreadPoolExecutor timer;

  @Inject
  VirtualThreadScheduler() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("stoker-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public void execute(String name, Runnable task) {
    Thread.ofVirtual().name(name).uncaughtExceptionHandler(this::report).start(task);
  }

  @Override
  public void schedule(String name, Duration delay, Runnable task) {
    var _ = timer.schedule(() -> execute(name, task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void report(Thread thread, Throwable problem) {
    log.atError().setCause(problem).addKeyValue("thread", thread.getName()).log("task failed");
  }
}
