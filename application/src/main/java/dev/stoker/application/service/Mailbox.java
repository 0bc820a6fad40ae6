package dev.stoker.application.service;

import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is done by one thread at a time, in the order in which it came. There is no lock:
 * {@code pending} counts what is in the box, and whoever raises it from zero has it emptied on a
 * thread of its own, which ends when it is empty.
 */
final class Mailbox {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

  private final String thread;
  private final Scheduler scheduler;
  private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  Mailbox(String thread, Scheduler scheduler) {
    this.thread = thread;
    this.scheduler = scheduler;
  }

  /** Has it done; it must not throw. */
  void deliver(Runnable work) {
    mail.add(work);
    if (pending.getAndIncrement() == 0) {
      scheduler.execute(thread, this::empty);
    }
  }

  private void empty() {
    int handled = 1;
    do {
      for (int i = 0; i < handled; i++) {
        Runnable work = mail.poll();
        if (work != null) {
          work.run();
        }
      }
      handled = pending.addAndGet(-handled);
    } while (handled > 0);
  }

  /**
   * As above; a fault of the work must not stop the mailbox: the next may be the stop that cleans
   * up.
   *
   * @param what it is, for the log
   * @param waiter who is told of a fault
   */
  void deliver(String what, CompletableFuture<?> waiter, Runnable work) {
    deliver(
        () -> {
          try {
            work.run();
          } catch (LifecycleException e) {
            waiter.completeExceptionally(e);
          } catch (RuntimeException e) {
            log.atError()
                .setCause(e)
                .addKeyValue("mailbox", thread)
                .addKeyValue("event", what)
                .log("event not handled");
            waiter.completeExceptionally(
                new LifecycleException(new Internal(String.valueOf(e)), e));
          }
        });
  }
}
