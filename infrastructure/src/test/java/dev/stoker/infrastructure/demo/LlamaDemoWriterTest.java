package dev.stoker.infrastructure.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaDemoWriterTest {
  @TempDir Path above;

  private Path write() {
    Path folder = above.resolve("demo");
    new LlamaDemoWriter().write(folder);
    return folder;
  }

  @Test
  void writesAWholeModelOfHalfAMegabyte() throws IOException {
    Path folder = write();
    long bytes = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }

    assertThat(folder.resolve("config.json")).exists();
    assertThat(folder.resolve("tokenizer.json")).exists();
    assertThat(folder.resolve("model.safetensors.index.json")).exists();
    assertThat(bytes).isBetween(300_000L, 900_000L);
    assertThat(above.resolve("demo.new")).doesNotExist();
  }

  @Test
  void theFilesAreSafetensors() throws IOException {
    byte[] file = Files.readAllBytes(write().resolve("model-00001-of-00002.safetensors"));
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) buffer.getLong();
    String json = new String(file, Long.BYTES, header, StandardCharsets.US_ASCII);

    assertThat(json).startsWith("{").contains("\"model.embed_tokens.weight\":{\"dtype\":\"F32\"");
    int end = Integer.parseInt(json.replaceAll("(?s).*,(\\d+)\\]\\}\\}\\s*$", "$1"));
    assertThat(file).hasSize(Long.BYTES + header + end);
  }

  @Test
  void severalWhoWantItAtOnceAllGetIt() throws Exception {
    LlamaDemoWriter writer = new LlamaDemoWriter();
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 8; i++) {
        writers.add(CompletableFuture.runAsync(() -> writer.write(above.resolve("demo")), threads));
      }
      CompletableFuture.allOf(writers.toArray(CompletableFuture<?>[]::new)).get();
    }

    assertThat(above.resolve("demo/model-00002-of-00002.safetensors")).exists();
    assertThat(above.resolve("demo.new")).doesNotExist();
  }

  @Test
  void isWrittenOnce() throws IOException {
    Path config = write().resolve("config.json");
    var before = Files.getLastModifiedTime(config);
    write();

    assertThat(Files.getLastModifiedTime(config)).isEqualTo(before);
  }
}
