package dev.stoker.infrastructure.model;

import com.squareup.moshi.JsonWriter;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.Revision;
import dev.stoker.infrastructure.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.Buffer;

/**
 * The list of a bundle's files, {@code stoker-bundle.json}: it comes from anywhere.
 *
 * @param model which
 * @param commit which state
 * @param files all of them
 */
record BundleList(HubModel model, String commit, List<BundleFile> files) {
  static final String NAME = "stoker-bundle.json";
  private static final long FORMAT = 1;
  private static final long LARGEST = 4 << 20;
  private static final int MOST_FILES = 20_000;

  /** Copies the list. */
  BundleList {
    files = List.copyOf(files);
  }

  /**
   * {@return the list of a folder}
   *
   * @throws IOException when there is none, or it is not in order, saying so in words
   */
  static BundleList read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "there is no " + NAME + " in it: it is no bundle, or writing it was not finished");
    }
    if (Files.size(file) > LARGEST) {
      throw new IOException(NAME + " is larger than 4 MiB");
    }
    Map<?, ?> object = Json.object(Files.readAllBytes(file));
    if (Json.whole(object, "format").orElse(0L) != FORMAT) {
      throw new IOException(NAME + " is of a format that this Stoker does not know");
    }
    String commit = Json.text(object, "commit").orElse("");
    if (!commit.matches("[0-9a-f]{40}")) {
      throw new IOException(NAME + " names no commit");
    }
    return new BundleList(model(object), commit, files(object));
  }

  private static HubModel model(Map<?, ?> object) throws IOException {
    try {
      return new HubModel(
          new ModelId(Json.text(object, "model").orElse("")),
          new Revision(Json.text(object, "revision").orElse("")));
    } catch (IllegalArgumentException e) {
      throw new IOException(NAME + ": " + e.getMessage(), e);
    }
  }

  private static List<BundleFile> files(Map<?, ?> object) throws IOException {
    List<BundleFile> files = new ArrayList<>();
    if (object.get("files") instanceof List<?> list && list.size() <= MOST_FILES) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> file) {
          files.add(BundleFile.of(file));
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException(NAME + " names no files, or more than " + MOST_FILES);
    }
    return files;
  }

  /** Writes it in one step. */
  void write(Path folder) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("model", model.id().value());
    map.put("revision", model.revision().value());
    map.put("commit", commit);
    map.put("files", files.stream().map(BundleFile::asMap).toList());
    Buffer text = new Buffer();
    try (JsonWriter writer = JsonWriter.of(text)) {
      writer.setIndent(" ");
      writer.jsonValue(map);
    }
    Path beside = folder.resolve(NAME + CacheLayout.UNFINISHED);
    Files.write(beside, text.readByteArray());
    Files.move(beside, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }
}
