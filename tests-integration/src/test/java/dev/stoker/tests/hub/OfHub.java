package dev.stoker.tests.hub;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.Revision;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stand-in Hub with one model of two shards, and Stoker's ports to it. */
@Timeout(60)
abstract class OfHub {
  static final String NAME = "acme/model";
  static final ModelId ID = new ModelId(NAME);
  static final String SHARD = "model-00001-of-00002.safetensors";
  static final String OTHER = "model-00002-of-00002.safetensors";
  static final String TOKEN = "hf_right";

  @TempDir Path folder;
  final Map<String, String> environment = new HashMap<>();
  HubStandIn hub;

  @BeforeEach
  void publish() throws IOException {
    hub = new HubStandIn();
    hub.setValidToken(TOKEN);
    environment.put("HF_ENDPOINT", hub.endpoint());
    environment.put("HF_HUB_CACHE", folder.resolve("hub").toString());
    hub.put(NAME, "config.json", "{\"hidden_size\": 4}");
    hub.put(NAME, "tokenizer.json", "{}");
    hub.put(NAME, "README.md", "hello");
    hub.put(
        NAME,
        NeededFiles.INDEX,
        "{\"weight_map\": {\"a\": \"" + SHARD + "\", \"b\": \"" + OTHER + "\"}}");
    hub.put(NAME, SHARD, shard("a", 1));
    hub.put(NAME, OTHER, shard("b", 2));
    hub.put(NAME, "pytorch_model.bin", new byte[50_000]);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  /** A whole file of weights with one tensor of a megabyte. */
  static byte[] shard(String tensor, long seed) {
    int size = 1 << 20;
    byte[] header =
        ("{\""
                + tensor
                + "\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,"
                + size
                + "]}}")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] data = new byte[size];
    new Random(seed).nextBytes(data);
    ByteBuffer whole = ByteBuffer.allocate(8 + header.length + size).order(ByteOrder.LITTLE_ENDIAN);
    return whole.putLong(header.length).put(header).put(data).array();
  }

  final DrivenPorts ports() {
    return Infrastructure.create(new Settings(environment, folder, folder));
  }

  final Listing look() {
    return ports().modelHub().look(ID, Revision.MAIN);
  }

  static ErrorCode codeOf(Throwable problem) {
    return ((LifecycleException) problem).failure().code();
  }
}
