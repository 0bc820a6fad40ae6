package dev.stoker.infrastructure.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code nvidia-smi} that runs on and prints a row for each GPU every so often. It keeps
 * telling of the healthy ones when one is lost, where a new one would tell of none; but it sees no
 * new GPU and no new driver, and so is started again every hour, and when it falls silent ({@code
 * facts-hub-and-gpu.md} E5). It ends with us: who prints to nobody is ended by the kernel. For any
 * thread.
 */
final class SmiLoop {
  private static final Logger log = LoggerFactory.getLogger(SmiLoop.class);
  private static final long NANOS = 1_000_000_000L;
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int SILENT_TICKS = 3;

  private final Tools tools;
  private final Path program;
  private final Duration every;
  private @Nullable Run run;
  private boolean closed;

  SmiLoop(Tools tools, Path program, Duration every) {
    this.tools = tools;
    this.program = program;
    this.every = every.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : every;
  }

  /** Begins, with what was found by asking once: so many rows make one tick. */
  synchronized void begin(SmiTable table, List<SmiTable.Row> first) {
    if (closed) {
      return;
    }
    end();
    Run begun = new Run(table, first);
    run = begun;
    begun.thread.start();
  }

  /** {@return the last complete tick; empty where there is none that is new enough} */
  synchronized List<SmiTable.Row> rows(SmiTable table) {
    Run current = run;
    if (current == null) {
      return List.of();
    }
    long now = System.nanoTime();
    boolean silent = now - current.lastTick > (every.toNanos() + NANOS) * SILENT_TICKS;
    boolean old = now - current.began > LONGEST.toNanos();
    if (silent || old || !current.thread.isAlive() || !current.table.equals(table)) {
      end();
      return List.of();
    }
    return current.tick;
  }

  /** Ends it, whoever would begin it again. */
  synchronized void close() {
    closed = true;
    end();
  }

  private void end() {
    Run current = run;
    run = null;
    if (current != null) {
      // That ends the program too.
      current.thread.interrupt();
    }
  }

  /** One run of the program. */
  private final class Run {
    private final SmiTable table;
    private final int rowsOfTick;
    private final List<SmiTable.Row> coming = new ArrayList<>();
    private final Thread thread;
    private final long began = System.nanoTime();
    private volatile long lastTick = began;
    private volatile List<SmiTable.Row> tick;

    Run(SmiTable table, List<SmiTable.Row> first) {
      this.table = table;
      this.rowsOfTick = first.size();
      this.tick = List.copyOf(first);
      this.thread = Thread.ofPlatform().daemon().name("gpus-nvidia-smi").unstarted(this::read);
    }

    private void read() {
      try {
        tools.run(
            program,
            List.of(table.query(), SmiTable.FORMAT, "-l", Long.toString(every.toSeconds())),
            this::line);
      } catch (IOException e) {
        log.atDebug().setCause(e).log("nvidia-smi ended");
      }
    }

    /** A driver prints of its errors between the rows: what is no row is passed over. */
    private void line(String text) {
      SmiTable.Row row = table.row(text).orElse(null);
      if (row == null) {
        return;
      }
      if (row.index() == 0 && !coming.isEmpty()) {
        // Something was lost on the way: a tick begins with the first GPU.
        coming.clear();
      }
      coming.add(named(row));
      if (coming.size() == rowsOfTick) {
        tick = List.copyOf(coming);
        lastTick = System.nanoTime();
        coming.clear();
      }
    }

    /** What is lost prints nothing that names it: it is the one whose turn it is. */
    private SmiTable.Row named(SmiTable.Row row) {
      return row.index() >= 0 || coming.size() >= tick.size()
          ? row
          : new SmiTable.Row(
              row.device().namedLike(tick.get(coming.size()).device()),
              row.driver(),
              tick.get(coming.size()).index());
    }
  }
}
