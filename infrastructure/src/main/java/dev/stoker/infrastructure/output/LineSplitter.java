package dev.stoker.infrastructure.output;

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

  /** Of Unicode too: some terminals take U+009B for the beginning of an escape. */
  private static final Pattern CONTROLS =
      Pattern.compile("[\\x00-\\x08\\x0A-\\x1F\\x7F\\u0080-\\u009F]");

  /** As UTF-8 all of U+0080 to U+009F begin with it. */
  private static final byte LEADS_CONTROLS = (byte) 0xc2;

  private static final byte DELETE = 0x7f;

  private final byte[] line = new byte[LONGEST_LINE];
  private int length;

  /** Whether the line may hold what has to be removed; most do not. */
  private boolean suspect;

  LineSplitter() {}

  /** {@return the lines that these bytes finish, without empty ones} */
  List<String> split(byte[] bytes, int count) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        append(bytes, from, i);
        from = i + 1;
        finish().ifPresent(lines::add);
      } else if (b == 0 && length == 0 && from == i) {
        // So reads a hole in the file: what stands behind it is a line of its own.
        from = i + 1;
      } else {
        // Bytes from 0x80 on are negative, and part of a character.
        suspect |= (b >= 0 && b < ' ' && b != '\t') || b == DELETE || b == LEADS_CONTROLS;
      }
    }
    append(bytes, from, count);
    return lines;
  }

  private void append(byte[] bytes, int from, int to) {
    int fits = Math.min(to - from, LONGEST_LINE - length);
    System.arraycopy(bytes, from, line, length, fits);
    length += fits;
  }

  /** {@return what stands behind the last end of a line, if anything} */
  Optional<String> rest() {
    return finish();
  }

  private Optional<String> finish() {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    String clean = suspect ? clean(text) : text.stripTrailing();
    length = 0;
    suspect = false;
    return clean.isBlank() ? Optional.empty() : Optional.of(clean);
  }

  static String clean(String text) {
    return CONTROLS.matcher(ESCAPES.matcher(text).replaceAll("")).replaceAll("").stripTrailing();
  }
}
