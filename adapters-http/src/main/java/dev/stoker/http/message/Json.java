package dev.stoker.http.message;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads maps, lists and plain values. No reflection on records: it would cost a tenth of
 * the time that {@code stoker status} has.
 */
public final class Json {
  private static final JsonAdapter<Object> JSON =
      new Moshi.Builder().build().adapter(Object.class).serializeNulls();

  private Json() {}

  /** {@return the value as JSON, on one line} */
  public static String of(@Nullable Object value) {
    return JSON.toJson(value);
  }

  /**
   * {@return what the text says}
   *
   * @throws IllegalArgumentException when it is not one JSON object
   */
  public static Fields object(String text) {
    try {
      Object value = JSON.fromJson(text);
      if (value instanceof Map<?, ?> map) {
        return new Fields(map);
      }
      throw new IllegalArgumentException("must be a JSON object");
    } catch (IOException | JsonDataException e) {
      throw new IllegalArgumentException("is not valid JSON: " + e.getMessage(), e);
    }
  }
}
