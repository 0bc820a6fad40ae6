package dev.stoker.infrastructure.model;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import okio.Buffer;

/** Which files hold a model's weights: {@code model.safetensors.index.json} and its like. */
final class WeightIndex {
  private WeightIndex() {}

  /**
   * {@return the files that an index of weights names, in its order} Not read as a whole: the
   * indexes of large models name a hundred thousand tensors.
   */
  static List<String> files(byte[] index) throws IOException {
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
