package dev.stoker.cli.render;

import dev.stoker.application.port.in.Models.PullProgress;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows how fetching goes: on a terminal one line, drawn over itself; elsewhere a line every ten
 * seconds. For several threads.
 */
public final class PullView {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final int BAR = 24;

  private final Terminal terminal;
  private @Nullable Duration said;
  private boolean drawn;

  /** A view on a terminal. */
  public PullView(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Shows how it goes.
   *
   * @param now time of any clock that goes on evenly
   */
  public synchronized void show(PullProgress progress, Duration now) {
    if (terminal.canRedraw()) {
      drawn = true;
      terminal.err().print("\r\u001b[K" + bar(progress) + " " + text(progress));
      terminal.err().flush();
    } else if (said == null || now.minus(said).compareTo(BETWEEN_LINES) >= 0) {
      said = now;
      terminal.say(text(progress));
    }
  }

  /** Shows a sentence above. */
  public synchronized void remark(String sentence) {
    end();
    terminal.say(sentence);
  }

  /** Takes the line away. */
  public synchronized void end() {
    if (drawn) {
      drawn = false;
      terminal.err().print("\r\u001b[K");
      terminal.err().flush();
    }
  }

  private static String bar(PullProgress progress) {
    int filled = (int) (share(progress) * BAR);
    return "█".repeat(filled) + "░".repeat(BAR - filled);
  }

  private static double share(PullProgress progress) {
    long total = progress.total().bytes();
    return total == 0 ? 1 : Math.min(1, (double) progress.there().bytes() / total);
  }

  static String text(PullProgress progress) {
    ByteSize rate = progress.perSecond();
    Duration left = progress.left();
    return String.format(
        Locale.ROOT,
        "%3d %%  %s of %s%s%s",
        (int) (share(progress) * 100),
        progress.there(),
        progress.total(),
        rate == null ? "" : ", " + rate + "/s",
        left == null ? "" : ", about " + DurationText.of(left) + " left");
  }
}
