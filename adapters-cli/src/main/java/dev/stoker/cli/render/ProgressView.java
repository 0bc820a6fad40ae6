package dev.stoker.cli.render;

import dev.stoker.application.ServiceNotice;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a start goes: on a terminal one block, drawn anew; elsewhere a line for each phase and
 * one every {@value #QUIET_SECONDS} seconds (NFR-016). For any thread.
 */
public final class ProgressView {
  private static final int QUIET_SECONDS = 15;
  private static final int BAR = 30;

  /** Back to the block's first line, and nothing below it. */
  private static final String CLEAR = "\r\u001b[1A\u001b[J";

  /** Lines that are too long for the terminal end at its edge: the block keeps its height. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private static final int NEARLY = 90;

  private final Terminal terminal;
  private final boolean redraws;
  private final String prefix;
  private boolean over;
  private LoadPhase phase = LoadPhase.ENVIRONMENT;
  private String detail = "";
  private @Nullable ModelLoadProgress progress;
  private long toldAt;
  private Duration told = Duration.ZERO;
  private long lastSaid;
  private boolean drawn;

  /** A view on a terminal. */
  public ProgressView(Terminal terminal) {
    this(terminal, terminal.canRedraw(), "  ");
  }

  private ProgressView(Terminal terminal, boolean redraws, String prefix) {
    this.terminal = terminal;
    this.redraws = redraws;
    this.prefix = prefix;
  }

  /** {@return a view of one of several services, in lines that name it} */
  public static ProgressView lines(Terminal terminal, ServiceName service) {
    return new ProgressView(terminal, false, service + ": ");
  }

  /** Shows what is told of a service. */
  public synchronized void show(ServiceNotice notice) {
    switch (notice) {
      case ServiceNotice.Loading loading -> {
        if (over) {
          return; // What is still read of its output when the start has ended.
        }
        boolean further = loading.phase() != phase;
        phase = loading.phase();
        detail = loading.detail();
        progress = loading.progress();
        toldAt = System.nanoTime();
        told = loading.elapsed();
        if (!redraws && (further || isDue(loading.elapsed()))) {
          say(loading.elapsed());
        }
      }
      case ServiceNotice.Remarked remarked -> {
        clear();
        terminal.say("Note: " + remarked.text() + ".");
      }
      case ServiceNotice.Changed changed -> {
        clear();
        over = changed.to() != ServiceState.STARTING;
        phase = LoadPhase.ENVIRONMENT;
        detail = "";
        progress = null;
        lastSaid = 0;
      }
      case ServiceNotice.Loaded _, ServiceNotice.Degraded _ -> {}
    }
  }

  private boolean isDue(Duration elapsed) {
    return elapsed.toSeconds() - lastSaid >= QUIET_SECONDS;
  }

  /** Called once in a while: draws the block, or says that it still goes on. */
  public synchronized void tick(Duration sinceAsked) {
    if (over) {
      return;
    }
    // Of the launch that goes on, not of all since the first.
    Duration elapsed = progress == null ? sinceAsked : told.plusNanos(System.nanoTime() - toldAt);
    if (redraws) {
      List<String> block = block(elapsed);
      terminal
          .err()
          .print(
              (drawn ? CLEAR : "") + NO_WRAP + String.join(System.lineSeparator(), block) + WRAP);
      terminal.err().flush();
      drawn = true;
    } else if (isDue(elapsed)) {
      say(elapsed);
    }
  }

  /** Removes the block: something else is printed now. */
  public synchronized void clear() {
    if (drawn) {
      terminal.err().print(CLEAR);
      terminal.err().flush();
      drawn = false;
    }
  }

  private void say(Duration elapsed) {
    lastSaid = elapsed.toSeconds();
    terminal.say(
        String.format(
            Locale.ROOT,
            "%s%3d s  %3d %%  %s%s",
            prefix,
            elapsed.toSeconds(),
            percent(),
            doing(),
            left().isEmpty() ? "" : ", " + left()));
  }

  /**
   * Always two lines: {@link #CLEAR} goes up by one. The figures stand first: what a narrow
   * terminal cuts off is the bar.
   */
  private List<String> block(Duration elapsed) {
    int done = BAR * percent() / 100;
    return List.of(
        "  " + terminal.bold(doing()),
        String.format(
            Locale.ROOT,
            "  %3d %%  %s%s  %s%s",
            percent(),
            DurationText.of(elapsed),
            left().isEmpty() ? "" : ", " + left(),
            "█".repeat(done),
            "░".repeat(BAR - done)));
  }

  private int percent() {
    return progress == null ? 0 : progress.percent();
  }

  private String doing() {
    ModelLoadProgress now = progress;
    String more = detail;
    if (now != null && now.downloaded() != null) {
      more =
          now.downloaded()
              + (now.total() == null ? "" : " of " + now.total())
              + (now.perSecond() == null ? "" : ", " + now.perSecond() + "/s");
    }
    return phase.label() + (more.isEmpty() ? "" : " (" + more + ")");
  }

  /** Told about once a second; counted down in between. */
  private String left() {
    ModelLoadProgress now = progress;
    if (now == null || phase == LoadPhase.DOWNLOAD) {
      return "";
    }
    Duration remaining = now.remaining();
    if (remaining == null) {
      return phase == LoadPhase.FETCH ? "" : "time left not known";
    }
    Duration left = remaining.minusNanos(System.nanoTime() - toldAt);
    if (left.toSeconds() >= 1) {
      return "about " + DurationText.of(left) + " left";
    }
    return percent() >= NEARLY ? "nearly there" : "longer than usual";
  }
}
