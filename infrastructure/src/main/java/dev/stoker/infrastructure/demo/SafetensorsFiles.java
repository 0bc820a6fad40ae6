package dev.stoker.infrastructure.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes weights as safetensors files with their index. The format: 8 bytes little-endian length of
 * the header, the header in JSON, the data (github.com/huggingface/safetensors, README).
 */
final class SafetensorsFiles {
  private SafetensorsFiles() {}

  static void write(Path folder, String indexName, List<List<Tensor>> shards) throws IOException {
    List<String> weightMap = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < shards.size(); i++) {
      String file =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      Files.write(folder.resolve(file), shard(shards.get(i)));
      for (Tensor tensor : shards.get(i)) {
        weightMap.add("\"" + tensor.name() + "\": \"" + file + "\"");
        total += tensor.bytes();
      }
    }
    Files.writeString(
        folder.resolve(indexName),
        "{\"metadata\": {\"total_size\": "
            + total
            + "}, \"weight_map\": {"
            + String.join(", ", weightMap)
            + "}}\n");
  }

  private static byte[] shard(List<Tensor> tensors) {
    List<String> entries = new ArrayList<>();
    entries.add("\"__metadata__\":{\"format\":\"pt\"}");
    int offset = 0;
    for (Tensor tensor : tensors) {
      int end = offset + tensor.bytes();
      entries.add(
          "\""
              + tensor.name()
              + "\":{\"dtype\":\"F32\",\"shape\":"
              + tensor.shape().toString().replace(" ", "")
              + ",\"data_offsets\":["
              + offset
              + ","
              + end
              + "]}");
      offset = end;
    }
    String header = "{" + String.join(",", entries) + "}";
    // The data begins at a multiple of 8: spaces fill up.
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    byte[] head = padded.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + head.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(head.length).put(head);
    for (Tensor tensor : tensors) {
      for (int i = 0; i < tensor.size(); i++) {
        buffer.putFloat(tensor.valueAt(i));
      }
    }
    return buffer.array();
  }
}
