package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.ProcessTrees.Watch;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.process.ProcessIdentity;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that processes are gone that are not our children, of which the kernel tells nobody else.
 * One look at all of them, again and again, as long as there are any: a look at one costs some
 * microseconds.
 */
final class ExitPoll {
  private static final Logger log = LoggerFactory.getLogger(ExitPoll.class);

  /** With the look itself it stays below a second. */
  private static final Duration TICK = Duration.ofMillis(500);

  private final Scheduler scheduler;
  private final Predicate<ProcessIdentity> alive;
  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean ticking = new AtomicBoolean();

  /**
   * Looks by itself, as long as there is something to look for.
   *
   * @param alive whether a process lives; throws UncheckedIOException where that cannot be told
   */
  ExitPoll(Scheduler scheduler, Predicate<ProcessIdentity> alive) {
    this.scheduler = scheduler;
    this.alive = alive;
  }

  private final class Entry implements Watch {
    private final Set<ProcessIdentity> living;
    private final Consumer<ProcessIdentity> gone;
    private volatile boolean closed;

    Entry(Collection<ProcessIdentity> processes, Consumer<ProcessIdentity> gone) {
      this.living = new HashSet<>(processes);
      this.gone = gone;
    }

    /** {@return whether there is still something to look for} */
    boolean look() {
      Iterator<ProcessIdentity> each = living.iterator();
      while (!closed && each.hasNext()) {
        ProcessIdentity process = each.next();
        if (!alive.test(process)) {
          each.remove();
          gone.accept(process);
        }
      }
      return !closed && !living.isEmpty();
    }

    @Override
    public void close() {
      closed = true;
      entries.remove(this);
    }
  }

  Watch watch(Collection<ProcessIdentity> processes, Consumer<ProcessIdentity> gone) {
    Entry entry = new Entry(processes, gone);
    entries.add(entry);
    if (ticking.compareAndSet(false, true)) {
      scheduler.schedule("exits", TICK, this::tick);
    }
    return entry;
  }

  private void tick() {
    for (Entry entry : entries) {
      try {
        if (!entry.look()) {
          entries.remove(entry);
        }
      } catch (UncheckedIOException e) {
        log.atWarn().addKeyValue("problem", e.getMessage()).log("processes not looked at");
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("exit not told");
      }
    }
    ticking.set(false);
    if (!entries.isEmpty() && ticking.compareAndSet(false, true)) {
      scheduler.schedule("exits", TICK, this::tick);
    }
  }
}
