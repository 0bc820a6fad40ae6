package dev.stoker.infrastructure.model;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okio.Buffer;

/** Reads JSON of which only some keys are known; the text is somebody else's. */
final class Json {
  private Json() {}

  /**
   * {@return the object that a text is}
   *
   * @throws IOException when it is none, saying so in words
   */
  static Map<?, ?> object(byte[] text) throws IOException {
    try (JsonReader reader = JsonReader.of(new Buffer().write(text))) {
      Object value = reader.readJsonValue();
      if (value instanceof Map<?, ?> object && reader.peek() == JsonReader.Token.END_DOCUMENT) {
        return object;
      }
      throw new IOException("is no JSON object");
    } catch (JsonDataException | StackOverflowError e) {
      throw new IOException("is no JSON that makes sense: " + e.getMessage(), e);
    }
  }

  /** {@return the object at a key; empty where there is none} */
  static Map<?, ?> inner(Map<?, ?> object, String key) {
    return object.get(key) instanceof Map<?, ?> inner ? inner : Map.of();
  }

  /** {@return the first whole number that stands at one of the keys} */
  static Optional<Long> whole(Map<?, ?> object, String... keys) {
    for (String key : keys) {
      if (object.get(key) instanceof Double number && number == Math.rint(number)) {
        return Optional.of(number.longValue());
      }
    }
    return Optional.empty();
  }

  /** {@return the first text that stands at one of the keys} */
  static Optional<String> text(Map<?, ?> object, String... keys) {
    for (String key : keys) {
      if (object.get(key) instanceof String text) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the files that an index of weights names, in its order} Not read as a whole: the
   * indexes of large models name a hundred thousand tensors.
   */
  static List<String> indexed(byte[] index) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    try (JsonReader reader = JsonReader.of(new Buffer().write(index))) {
      reader.beginObject();
      while (reader.hasNext()) {
        if (!reader.nextName().equals("weight_map")) {
          reader.skipValue();
          continue;
        }
        reader.beginObject();
        while (reader.hasNext()) {
          reader.skipName();
          names.add(reader.nextString());
        }
        reader.endObject();
      }
    } catch (JsonDataException e) {
      throw new IOException("is no JSON that makes sense: " + e.getMessage(), e);
    }
    if (names.isEmpty()) {
      throw new IOException("names no file of weights");
    }
    return List.copyOf(names);
  }
}
