package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.unit.ByteSize;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What vLLM prints of memory while it starts ({@code facts-vllm.md} 3.2, rows 8 and 10): of several
 * workers the one with the most weights, and the one with the least cache. Pure.
 */
final class VllmReported {
  private static final Pattern WEIGHTS =
      Pattern.compile("(?:Model loading|Loading model weights) took (\\d{1,6}(?:\\.\\d{1,9})?) G");
  private static final Pattern CACHE =
      Pattern.compile("Available KV cache memory: (\\d{1,6}(?:\\.\\d{1,9})?) GiB");
  private static final double GIB = 1L << 30;

  private VllmReported() {}

  /** {@return what these lines report; empty where they do not report both} */
  static Optional<ReportedMemory> of(List<String> lines) {
    double weights = -1;
    double cache = -1;
    for (String line : lines) {
      Matcher took = WEIGHTS.matcher(line);
      Matcher left = CACHE.matcher(line);
      if (took.find()) {
        weights = Math.max(weights, Double.parseDouble(took.group(1)));
      }
      if (left.find()) {
        double gib = Double.parseDouble(left.group(1));
        cache = cache < 0 ? gib : Math.min(cache, gib);
      }
    }
    return weights < 0 || cache < 0
        ? Optional.empty()
        : Optional.of(new ReportedMemory(bytes(weights), bytes(cache)));
  }

  private static ByteSize bytes(double gib) {
    return new ByteSize(Math.round(gib * GIB));
  }
}
