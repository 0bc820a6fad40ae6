package dev.stoker.cli.render;

import dev.stoker.domain.health.EngineLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much an engine has to do, on one line; what is not known is left out. */
final class LoadText {
  private LoadText() {}

  static String of(EngineLoad load) {
    List<String> parts = new ArrayList<>();
    if (load.running() != null) {
      parts.add(load.running() + " running");
    }
    if (load.waiting() != null) {
      parts.add(load.waiting() + " waiting");
    }
    if (load.kvUse() != null) {
      parts.add(String.format(Locale.ROOT, "KV cache %.0f %%", load.kvUse() * 100));
    }
    addRate(parts, load.promptTokensPerSecond(), "tokens/s read");
    addRate(parts, load.generationTokensPerSecond(), "tokens/s generated");
    return String.join(", ", parts);
  }

  private static void addRate(List<String> parts, @Nullable Double rate, String what) {
    if (rate != null) {
      parts.add(String.format(Locale.ROOT, "%.1f %s", rate, what));
    }
  }
}
