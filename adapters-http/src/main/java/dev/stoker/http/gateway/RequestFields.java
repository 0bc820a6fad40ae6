package dev.stoker.http.gateway;

import com.squareup.moshi.JsonReader;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code model} and {@code stream} of a JSON object in bytes as they come, wherever among its
 * members they stand; whether the rest is JSON is the server's to judge. Each byte is looked at
 * once. Not for several threads.
 */
final class RequestFields implements WantedFields {
  /** No name of a model is longer; no other text is kept. */
  private static final int LONGEST_TEXT = 512;

  private final ByteArrayOutputStream text = new ByteArrayOutputStream(64);
  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean isValue;
  private boolean keep;
  private String key = "";
  private @Nullable String model;
  private boolean stream;

  @Override
  public void feed(Buffer part) {
    byte[] bytes = part.getBytes();
    int at = 0;
    while (at < bytes.length) {
      if (inString && !keep && !escaped) {
        at = skipped(bytes, at);
      }
      if (at < bytes.length) {
        byte each = bytes[at++];
        if (inString) {
          inside(each);
        } else {
          between(each);
        }
      }
    }
  }

  /** Most of a request is texts that are nobody's business here. */
  private static int skipped(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  @Override
  public @Nullable String model() {
    return model;
  }

  @Override
  public boolean wantsStream() {
    return stream;
  }

  private void inside(byte each) {
    if (escaped) {
      escaped = false;
    } else if (each == '\\') {
      escaped = true;
    } else if (each == '"') {
      inString = false;
      ended();
      return;
    }
    keep(each);
  }

  private void keep(byte each) {
    if (keep && text.size() < LONGEST_TEXT) {
      text.write(each);
    }
  }

  private void ended() {
    if (!keep) {
      return;
    }
    String value = decoded();
    if (!isValue) {
      key = value;
    } else if (key.equals("model")) {
      // Of two the last one holds, as with the server.
      model = value;
    }
  }

  private void between(byte each) {
    switch (each) {
      case '"' -> {
        inString = true;
        keep = depth == 1 && (!isValue || key.equals("model"));
        text.reset();
      }
      case '{', '[' -> depth++;
      case '}', ']' -> {
        literal();
        depth--;
      }
      case ':' -> {
        if (depth == 1) {
          isValue = true;
          text.reset();
          keep = key.equals("stream");
        }
      }
      case ',' -> {
        if (depth == 1) {
          literal();
          isValue = false;
        }
      }
      case ' ', '\t', '\r', '\n' -> {}
      default -> {
        if (depth == 1 && isValue) {
          keep(each);
        }
      }
    }
  }

  private void literal() {
    if (depth == 1 && isValue && key.equals("stream")) {
      stream = text.toString(StandardCharsets.US_ASCII).equals("true");
    }
  }

  private String decoded() {
    String raw = text.toString(StandardCharsets.UTF_8);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    try (JsonReader reader = JsonReader.of(new okio.Buffer().writeUtf8("\"" + raw + "\""))) {
      reader.setLenient(true);
      return reader.nextString();
    } catch (IOException e) {
      // No JSON: no model has such a name, and the server says what is wrong with it.
      return raw;
    }
  }
}
