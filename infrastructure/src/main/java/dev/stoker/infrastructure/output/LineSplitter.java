package dev.stoker.infrastructure.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes clean lines of raw bytes: a line ends at a line feed or a carriage return (progress bars),
 * terminal escapes and control characters are removed, long lines are cut, bytes that are no UTF-8
 * become replacement characters. For one thread.
 */
final class LineSplitter {
  /** What is kept of a line; the engine's configuration line alone has 10 kB. */
  static final int LONGEST_LINE = 8192;

  /** CSI and OSC sequences, and the two-character ones (ECMA-48). */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\u001b\\[[0-?]*["
              + " -/]*[@-~]|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|\u001b[@-Z\\\\-_]");

  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

  LineSplitter() {}

  /** {@return the lines that these bytes finish, without empty ones} */
  List<String> split(byte[] bytes, int length) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        finish().ifPresent(lines::add);
      } else if (unfinished.size() < LONGEST_LINE) {
        unfinished.write(b);
      }
    }
    return lines;
  }

  /** {@return what stands behind the last end of a line, if anything} */
  Optional<String> rest() {
    return finish();
  }

  private Optional<String> finish() {
    String line = clean(unfinished.toString(StandardCharsets.UTF_8));
    unfinished.reset();
    return line.isBlank() ? Optional.empty() : Optional.of(line);
  }

  static String clean(String text) {
    return CONTROLS.matcher(ESCAPES.matcher(text).replaceAll("")).replaceAll("").stripTrailing();
  }
}
