package dev.stoker.infrastructure.model;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okio.Buffer;

/**
 * What a file of weights says at its beginning: 8 bytes little-endian length, then JSON with type,
 * shape and place of each tensor ({@code facts-hub-and-gpu.md} D4). From it alone it is known how
 * long the file must be.
 *
 * @param tensors in the file
 * @param fileSize how long the whole file has to be
 */
record SafetensorsHeader(List<Entry> tensors, long fileSize) {
  /** Ten times what the largest models have. */
  static final int LONGEST = 10_000_000;

  /** Most headers are shorter: one request tells all. */
  private static final int FIRST_LOOK = 100_000;

  private static final int LENGTH = Long.BYTES;
  private static final int POINTER = 1024;

  private static final long MOST_BYTES = 1L << 53;

  /**
   * A tensor.
   *
   * @param name of it
   * @param type of its elements, such as {@code BF16}
   * @param from where it begins, counted from the end of the header
   * @param to where it ends
   */
  record Entry(String name, String type, long from, long to) {
    /** {@return how many bytes it takes} */
    long bytes() {
      return to - from;
    }
  }

  SafetensorsHeader {
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads the header of a file, not the weights.
   *
   * @throws IOException when it has none, saying what is wrong in words that follow the name
   */
  static SafetensorsHeader read(ModelFiles files, String name) throws IOException {
    byte[] start = files.read(name, 0, FIRST_LOOK);
    if (start.length < LENGTH) {
      throw new IOException("is cut off: it has " + start.length + " bytes");
    }
    long length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (start.length < POINTER && isPointer(start)) {
      throw new IOException("is a pointer of git-lfs, not the file: fetch it with 'git lfs pull'");
    }
    if (length <= 1 || length > LONGEST) {
      throw new IOException("is no safetensors file, or is damaged at its beginning");
    }
    byte[] header = ByteBuffer.allocate((int) length).array();
    int known = (int) Math.min(length, start.length - LENGTH);
    System.arraycopy(start, LENGTH, header, 0, known);
    if (known < length) {
      byte[] rest = files.read(name, LENGTH + (long) known, (int) length - known);
      if (rest.length < length - known) {
        throw new IOException("is cut off within its header");
      }
      System.arraycopy(rest, 0, header, known, rest.length);
    }
    return of(header);
  }

  private static boolean isPointer(byte[] start) {
    return new String(start, StandardCharsets.ISO_8859_1)
        .startsWith("version https://git-lfs.github.com/spec/");
  }

  /** Not read as a whole: a file of a large model holds tens of thousands of tensors. */
  private static SafetensorsHeader of(byte[] header) throws IOException {
    List<Entry> tensors = new ArrayList<>();
    long end = 0;
    try (JsonReader reader = JsonReader.of(new Buffer().write(header))) {
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (name.equals("__metadata__")) {
          reader.skipValue();
        } else {
          Entry entry = entry(name, reader);
          tensors.add(entry);
          end = Math.max(end, entry.to());
        }
      }
      reader.endObject();
      if (reader.peek() != JsonReader.Token.END_DOCUMENT) {
        throw new IOException("has a header that goes on after its end");
      }
    } catch (JsonDataException e) {
      throw new IOException("has a header that makes no sense: " + e.getMessage(), e);
    }
    return new SafetensorsHeader(tensors, LENGTH + (long) header.length + end);
  }

  private static Entry entry(String name, JsonReader reader) throws IOException {
    String type = "";
    long from = -1;
    long to = -1;
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "dtype" -> type = reader.nextString();
        case "data_offsets" -> {
          reader.beginArray();
          from = reader.nextLong();
          to = reader.nextLong();
          reader.endArray();
        }
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    if (from < 0 || to < from || to > MOST_BYTES) {
      throw new IOException("has a header that makes no sense at '" + name + "'");
    }
    return new Entry(name, type, from, to);
  }
}
