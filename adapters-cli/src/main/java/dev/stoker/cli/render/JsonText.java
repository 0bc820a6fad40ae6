package dev.stoker.cli.render;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.Moshi;
import org.jspecify.annotations.Nullable;

/** Writes maps, lists and plain values as JSON. */
public final class JsonText {
  private static final JsonAdapter<Object> JSON =
      new Moshi.Builder().build().adapter(Object.class).serializeNulls();

  private JsonText() {}

  /** {@return the value as JSON, on one line} */
  public static String of(@Nullable Object value) {
    return JSON.toJson(value);
  }
}
