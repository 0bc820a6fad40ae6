package dev.stoker.tests.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * The stand-in of the Hub as a program of its own, so that its work is not the reader's: publishes
 * {@code acme/model} with so many shards of so many MiB, prints its address, and ends with its
 * input.
 */
public final class HubProgram {
  private HubProgram() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    int shards = Integer.parseInt(arguments[0]);
    int size = Integer.parseInt(arguments[1]) << 20;
    try (HubStandIn hub = new HubStandIn()) {
      StringBuilder index = new StringBuilder();
      for (int i = 1; i <= shards; i++) {
        String file = "model-%05d-of-%05d.safetensors".formatted(i, shards);
        hub.put("acme/model", file, shard(i, size));
        index.append(index.isEmpty() ? "" : ",").append("\"t" + i + "\":\"" + file + "\"");
      }
      hub.put("acme/model", "model.safetensors.index.json", "{\"weight_map\":{" + index + "}}");
      hub.put("acme/model", "config.json", "{\"architectures\":[\"X\"]}");
      hub.put("acme/model", "tokenizer.json", "{}");
      System.out.println(hub.endpoint());
      while (System.in.read() >= 0) {
        // Until who started it is gone.
      }
    }
  }

  private static byte[] shard(int number, int size) {
    byte[] header =
        ("{\"t"
                + number
                + "\":{\"dtype\":\"U8\",\"shape\":["
                + size
                + "],\"data_offsets\":[0,"
                + size
                + "]}}")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] data = new byte[size];
    new Random(number).nextBytes(data);
    return ByteBuffer.allocate(8 + header.length + size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }
}
