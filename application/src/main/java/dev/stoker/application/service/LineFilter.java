package dev.stoker.application.service;

import dev.stoker.application.LogFilter;
import dev.stoker.application.LogLevel;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.InferenceProvider.LineMark;
import dev.stoker.application.port.out.ServerOutput;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the lines through that are wanted. One that says nothing of itself goes with the one before.
 * For one thread.
 */
final class LineFilter {
  private final LogFilter wanted;
  private final InferenceProvider provider;
  private LogLevel level = LogLevel.INFO;
  private @Nullable Instant at;

  LineFilter(LogFilter wanted, InferenceProvider provider) {
    this.wanted = wanted;
    this.provider = provider;
  }

  List<String> of(List<String> lines) {
    return wanted.isEverything() ? lines : lines.stream().filter(this::passes).toList();
  }

  private boolean passes(String line) {
    if (line.startsWith(ServerOutput.OWN_WORDS)) {
      // Something is missing here: what follows does not belong to what was before.
      level = LogLevel.INFO;
      return true;
    }
    LineMark mark = provider.mark(line);
    level = mark.level() == null ? level : mark.level();
    at = mark.at() == null ? at : mark.at();
    Instant since = wanted.since();
    Instant printed = at;
    boolean late = since == null || (printed != null && !printed.isBefore(since));
    return late && level.compareTo(wanted.level()) >= 0;
  }
}
