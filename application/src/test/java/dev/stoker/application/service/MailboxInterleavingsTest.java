package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.testing.Interleavings;
import dev.stoker.testing.ManualScheduler;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One at a time, and none is forgotten. */
@Tag("interleavings")
class MailboxInterleavingsTest {
  @Test
  @Tag("NFR-009")
  void whatIsDeliveredIsDoneOnceAndNeverTwoAtOnce() {
    Interleavings.search(OfMailbox.class);
  }

  @Test
  void aBoxThatDoesNotCountIsFoundOut() {
    assertThat(Interleavings.isRacy(OfRacyBox.class)).isTrue();
  }

  /** Who delivers runs what there is to run, too. */
  public abstract static class Deliveries {
    final ManualScheduler scheduler = new ManualScheduler();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean busy;

    abstract void deliver(Runnable work);

    private void work() {
      if (busy) {
        throw new IllegalStateException("two at once");
      }
      busy = true;
      done.incrementAndGet();
      busy = false;
    }

    /** Has work done. */
    @Operation
    public void send() {
      sent.incrementAndGet();
      deliver(this::work);
      scheduler.runOne();
    }

    /** What is left to do is done; then nothing is missing. */
    @Validate
    public void nothingIsForgotten() {
      while (!scheduler.isIdle()) {
        scheduler.runOne();
      }
      if (done.get() != sent.get()) {
        throw new IllegalStateException(done + " of " + sent + " done");
      }
    }
  }

  /** The real one. */
  public static class OfMailbox extends Deliveries {
    private final Mailbox mailbox = new Mailbox("mail", scheduler);

    @Override
    void deliver(Runnable work) {
      mailbox.deliver(work);
    }
  }

  /** Looks whether it is being emptied, and then has it emptied. */
  public static class OfRacyBox extends Deliveries {
    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private volatile boolean emptying;

    @Override
    void deliver(Runnable work) {
      mail.add(work);
      if (!emptying) {
        emptying = true;
        scheduler.execute("mail", this::empty);
      }
    }

    private void empty() {
      for (Runnable work = mail.poll(); work != null; work = mail.poll()) {
        work.run();
      }
      emptying = false;
    }
  }
}
