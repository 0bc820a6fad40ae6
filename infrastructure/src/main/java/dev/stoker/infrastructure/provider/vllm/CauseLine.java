package dev.stoker.infrastructure.provider.vllm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the line that tells the cause among several wrapped tracebacks: an exception's line, of the
 * process deepest in the tree, wrappers left out ({@code facts-vllm.md} 4.2).
 */
final class CauseLine {
  private static final Pattern PREFIX =
      Pattern.compile("^(?:\\((?<process>[A-Za-z]+)[^)]*pid=\\d+\\)\\s?)+");
  private static final Pattern RECORD =
      Pattern.compile(
          "^(?:ERROR|CRITICAL) \\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\[?[\\w./…]+:\\d+\\] ?");
  private static final Pattern EXCEPTION =
      Pattern.compile("^(?:[\\w.]+\\.)?\\w+(?:Error|Exception|Interrupt)(?::.*)?$");
  private static final Pattern VALUE_ERROR = Pattern.compile("^\\s*Value error, (.*)");
  private static final Pattern WRAPPER =
      Pattern.compile(
          "Engine core initialization failed|WorkerProc initialization failed|Executor failed"
              + "|EngineDeadError|CancelledError|KeyboardInterrupt|^pydantic.*validation error");

  /** The deeper, the nearer the cause. */
  private static final Map<String, Integer> DEPTH =
      Map.of("Worker", 3, "VllmWorker", 3, "EngineCore", 2, "APIServer", 1);

  private CauseLine() {}

  static Optional<String> of(List<String> lines) {
    TreeMap<Integer, String> byDepth = new TreeMap<>();
    for (String line : lines) {
      String text = withoutPrefix(line);
      Matcher value = VALUE_ERROR.matcher(text);
      boolean tells = EXCEPTION.matcher(text).matches() || value.matches();
      if (tells && !WRAPPER.matcher(text).find()) {
        byDepth.put(depthOf(line), value.matches() ? value.group(1) : text);
      }
    }
    return byDepth.isEmpty() ? Optional.empty() : Optional.of(byDepth.lastEntry().getValue());
  }

  private static int depthOf(String line) {
    Matcher matcher = PREFIX.matcher(line);
    return matcher.find() ? DEPTH.getOrDefault(matcher.group("process"), 0) : 0;
  }

  static String withoutPrefix(String line) {
    String bare = PREFIX.matcher(line).replaceFirst("");
    return RECORD.matcher(bare).replaceFirst("").strip();
  }
}
