package dev.stoker.infrastructure.provider.vllm;

import java.util.List;

/**
 * Something that a process reported as a failure: an exception with the lines of its message, an
 * error record, a refused flag, the last words of native code.
 *
 * @param process who reported it; empty where no name stood in front
 * @param depth of that process, 1 to 3; the deeper, the nearer to the cause
 * @param at which line of the output, from 0
 * @param isException whether it ends a traceback
 * @param text first line and continuation, joined by line feeds; bounded
 */
record Trouble(String process, int depth, int at, boolean isException, String text) {
  /** {@return the lines} */
  List<String> lines() {
    return text.lines().toList();
  }

  /** {@return the line that tells most: of a validation error the value's own words} */
  String headline() {
    List<String> lines = lines();
    for (String line : lines) {
      int value = line.indexOf("Value error, ");
      if (value >= 0) {
        String words = line.substring(value + "Value error, ".length());
        int end = words.indexOf(" [type=");
        return end < 0 ? words : words.substring(0, end);
      }
    }
    return lines.isEmpty() ? "" : lines.getFirst();
  }
}
