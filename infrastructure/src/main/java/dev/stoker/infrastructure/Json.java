package dev.stoker.infrastructure;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** Reads JSON of which only some keys are known; the text is somebody else's. */
public final class Json {
  private Json() {}

  /**
   * {@return the object that a text is}
   *
   * @throws IOException when it is none, saying so in words
   */
  public static Map<?, ?> object(byte[] text) throws IOException {
    if (value(text) instanceof Map<?, ?> object) {
      return object;
    }
    throw new IOException("is no JSON object");
  }

  /**
   * {@return what a text is: an object, a list, a text, a number as {@code Double}, a truth value,
   * or null}
   *
   * @throws IOException when it is no JSON, saying so in words
   */
  public static @Nullable Object value(byte[] text) throws IOException {
    try (JsonReader reader = JsonReader.of(new Buffer().write(text))) {
      Object value = reader.readJsonValue();
      if (reader.peek() == JsonReader.Token.END_DOCUMENT) {
        return value;
      }
      throw new IOException("is JSON and more");
    } catch (JsonDataException | StackOverflowError e) {
      throw new IOException("is no JSON that makes sense: " + e.getMessage(), e);
    }
  }

  /** {@return the object at a key; empty where there is none} */
  public static Map<?, ?> inner(Map<?, ?> object, String key) {
    return object.get(key) instanceof Map<?, ?> inner ? inner : Map.of();
  }

  /** {@return the first whole number that stands at one of the keys} */
  public static Optional<Long> whole(Map<?, ?> object, String... keys) {
    for (String key : keys) {
      if (object.get(key) instanceof Double number && number == Math.rint(number)) {
        return Optional.of(number.longValue());
      }
    }
    return Optional.empty();
  }

  /** {@return the first text that stands at one of the keys} */
  public static Optional<String> text(Map<?, ?> object, String... keys) {
    for (String key : keys) {
      if (object.get(key) instanceof String text) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }
}
