package dev.stoker.cli.render;

import dev.stoker.application.ServiceNotice;
import dev.stoker.domain.model.LoadPhase;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows how a start goes: on a terminal one line, drawn anew; elsewhere a line for each phase and
 * one every {@value #QUIET_SECONDS} seconds (NFR-016). For any thread.
 */
public final class ProgressView {
  private static final int QUIET_SECONDS = 15;
  private static final String CLEAR = "\r\u001b[K";

  private final Terminal terminal;
  private LoadPhase phase = LoadPhase.LAUNCH;
  private String detail = "";
  private long lastSaid;
  private boolean drawn;

  /** A view on a terminal. */
  public ProgressView(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Shows what is told of a service. */
  public synchronized void show(ServiceNotice notice) {
    if (notice instanceof ServiceNotice.Loading loading) {
      boolean further = loading.phase() != phase;
      phase = loading.phase();
      detail = loading.detail();
      if (further && !terminal.canRedraw()) {
        say(loading.elapsed());
      }
    }
  }

  /** Called once in a while: draws the line, or says that it still goes on. */
  public synchronized void tick(Duration elapsed) {
    if (terminal.canRedraw()) {
      terminal.err().print(CLEAR + line(elapsed));
      terminal.err().flush();
      drawn = true;
    } else if (elapsed.toSeconds() - lastSaid >= QUIET_SECONDS) {
      say(elapsed);
    }
  }

  /** Removes the line: something else is printed now. */
  public synchronized void clear() {
    if (drawn) {
      terminal.err().print(CLEAR);
      terminal.err().flush();
      drawn = false;
    }
  }

  private void say(Duration elapsed) {
    lastSaid = elapsed.toSeconds();
    terminal.say(line(elapsed));
  }

  private String line(Duration elapsed) {
    String more = detail.isEmpty() ? "" : " (" + detail + ")";
    return String.format(Locale.ROOT, "  %3d s  %s%s", elapsed.toSeconds(), phase.label(), more);
  }
}
