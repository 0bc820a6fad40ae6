package dev.stoker.infrastructure.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.testing.Interleavings;
import dev.stoker.testing.ManualScheduler;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever watches a process is told of its end once, whenever it began to watch. */
@Tag("interleavings")
class ExitPollInterleavingsTest {
  private static final ProcessIdentity PROCESS = new ProcessIdentity(7, 1, "boot");

  @Test
  @Tag("NFR-011")
  void noEndIsMissedAndNoneIsToldTwice() {
    Interleavings.search(OfPoll.class);
  }

  @Test
  void aPollThatStopsBeforeItSaysSoIsFoundOut() {
    assertThat(Interleavings.isRacy(OfRacyPoll.class)).isTrue();
  }

  /** One process, which ends; many who watch it. */
  public abstract static class Watching {
    final ManualScheduler scheduler = new ManualScheduler();
    private final AtomicInteger watches = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private volatile boolean alive = true;

    abstract void begin();

    boolean isAlive(ProcessIdentity process) {
      return alive || process.pid() == 0;
    }

    void gone(ProcessIdentity process) {
      if (process.equals(PROCESS)) {
        told.incrementAndGet();
      }
    }

    /** Begins to watch. */
    @Operation
    public void watch() {
      watches.incrementAndGet();
      begin();
    }

    /** The process ends. */
    @Operation
    public void end() {
      alive = false;
    }

    /** The time has come to look. */
    @Operation(nonParallelGroup = "clock")
    public void tick() {
      scheduler.runOne();
    }

    /** In the end it is gone, and it is looked at until nobody watches any more. */
    @Validate
    public void everybodyWasToldOnce() {
      alive = false;
      while (!scheduler.isIdle()) {
        scheduler.runOne();
      }
      if (told.get() != watches.get()) {
        throw new IllegalStateException(told + " of " + watches + " told");
      }
    }
  }

  /** The real one. */
  public static class OfPoll extends Watching {
    private final ExitPoll poll = new ExitPoll(scheduler, this::isAlive);

    @Override
    void begin() {
      poll.watch(Set.of(PROCESS), this::gone);
    }
  }

  /** Finds that nobody watches, and says only then that it looks no more. */
  public static class OfRacyPoll extends Watching {
    private final Queue<ProcessIdentity> entries = new ConcurrentLinkedQueue<>();
    private volatile boolean ticking;

    @Override
    void begin() {
      entries.add(PROCESS);
      if (!ticking) {
        ticking = true;
        scheduler.execute("exits", this::look);
      }
    }

    private void look() {
      for (ProcessIdentity each : entries) {
        if (!isAlive(each)) {
          entries.remove(each);
          gone(each);
        }
      }
      if (entries.isEmpty()) {
        ticking = false;
      } else {
        scheduler.execute("exits", this::look);
      }
    }
  }
}
