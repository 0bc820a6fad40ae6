package dev.stoker.http.gateway;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code model} and {@code stream} among the parts of a form (RFC 7578) in bytes as they
 * come, before or behind its files; whether the rest is a form is the server's to judge. Each byte
 * is looked at once. Not for several threads.
 */
final class FormFields implements WantedFields {
  /** No name of a model is longer. */
  private static final int LONGEST_TEXT = 512;

  private static final int LONGEST_HEAD = 8 * 1024;

  /** RFC 2046 has 70. */
  private static final int LONGEST_CUT = 200;

  private static final Pattern TYPE =
      Pattern.compile("\\s*multipart/form-data(?=[;\\s])", Pattern.CASE_INSENSITIVE);

  private static final Pattern DISPOSITION =
      Pattern.compile(
          "\\r?\\nContent-Disposition:[ \\t]*form-data(?=[;\\s])", Pattern.CASE_INSENSITIVE);

  /** One after the other, so that what stands within quotes is no parameter. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G[ \\t]*;[ \\t]*([\\w*-]+)=(?:\"([^\"\\\\\\r"
              + "\\n"
              + "]*+(?:\\\\.[^\"\\\\\\r"
              + "\\n"
              + "]*+)*+)\"|([^;\\s\"]*+))");

  /** Behind the last delimiter. */
  private static final String CLOSE = "--";

  private static final String HEAD_ENDS = "\r\n\r\n";

  private final byte[] delimiter;
  private final int[] fallback;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(64);
  private int matched;
  private boolean inHead;
  private int headEnd;

  /** Its last part has ended: what follows is nobody's. */
  private boolean over;

  private String name = "";
  private @Nullable String model;
  private boolean stream;

  private FormFields(String boundary) {
    delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    fallback = fallbackOf(delimiter);
    // Before the first part there need not be a line.
    matched = 2;
  }

  /** {@return those of a body of that type; null where it is no form} */
  static @Nullable FormFields of(@Nullable String contentType) {
    String boundary = contentType == null ? null : parameter(contentType, TYPE, "boundary");
    return boundary == null || boundary.isEmpty() || boundary.length() > LONGEST_CUT
        ? null
        : new FormFields(boundary);
  }

  /** {@return that parameter of the header that begins so; null where it has none} */
  private static @Nullable String parameter(String text, Pattern header, String wanted) {
    Matcher begin = header.matcher(text);
    if (!begin.find()) {
      return null;
    }
    Matcher each = PARAMETER.matcher(text).region(begin.end(), text.length());
    while (each.find()) {
      if (each.group(1).equalsIgnoreCase(wanted)) {
        return each.group(2) == null ? each.group(3) : each.group(2);
      }
    }
    return null;
  }

  /** {@return how much of the delimiter still holds when its next byte does not, for each place} */
  private static int[] fallbackOf(byte[] delimiter) {
    int[] fallback = new int[delimiter.length];
    int length = 0;
    for (int at = 1; at < delimiter.length; at++) {
      while (length > 0 && delimiter[at] != delimiter[length]) {
        length = fallback[length - 1];
      }
      if (delimiter[at] == delimiter[length]) {
        length++;
      }
      fallback[at] = length;
    }
    return fallback;
  }

  @Override
  public void feed(Buffer part) {
    for (byte each : part.getBytes()) {
      if (over) {
        return;
      }
      if (inHead) {
        head(each);
      } else {
        content(each);
      }
    }
  }

  @Override
  public @Nullable String model() {
    return model;
  }

  @Override
  public boolean wantsStream() {
    return stream;
  }

  private boolean isWanted() {
    return name.equals("model") || name.equals("stream");
  }

  private void content(byte each) {
    while (matched > 0 && (matched == delimiter.length || delimiter[matched] != each)) {
      matched = fallback[matched - 1];
    }
    if (delimiter[matched] == each) {
      matched++;
    }
    if (isWanted() && text.size() < LONGEST_TEXT + delimiter.length) {
      text.write(each);
    }
    if (matched == delimiter.length) {
      ended();
    }
  }

  /** A part ends where the next begins. */
  private void ended() {
    if (isWanted()) {
      String all = text.toString(StandardCharsets.UTF_8);
      String value = all.substring(0, Math.max(0, all.length() - delimiter.length));
      if (name.equals("model")) {
        model = value;
      } else {
        stream = value.equalsIgnoreCase("true");
      }
    }
    name = "";
    text.reset();
    inHead = true;
    matched = 0;
  }

  private void head(byte each) {
    text.write(each);
    over = text.size() == CLOSE.length() && text.toString(StandardCharsets.UTF_8).equals(CLOSE);
    if (each == HEAD_ENDS.charAt(headEnd)) {
      headEnd++;
    } else {
      headEnd = each == HEAD_ENDS.charAt(0) ? 1 : 0;
    }
    if (headEnd == HEAD_ENDS.length()) {
      String named = parameter(text.toString(StandardCharsets.UTF_8), DISPOSITION, "name");
      begin(named == null ? "" : named);
    } else if (text.size() > LONGEST_HEAD) {
      // No form: the server says so.
      begin("");
    }
  }

  private void begin(String named) {
    name = named;
    text.reset();
    inHead = false;
    headEnd = 0;
    // An empty part is ended by the line end that ends its head.
    matched = 2;
  }
}
