package dev.stoker.infrastructure.model;

import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.Revision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the Hub's library keeps what of one model ({@code facts-hub-and-gpu.md} B2): contents by
 * their checksum, and for each commit a folder of links to them.
 *
 * @param cache the folder of all models
 * @param id the model
 */
record CacheLayout(Path cache, ModelId id) {
  private static final String PREFIX = "models--";
  private static final String SEPARATOR = "--";

  /** How a file is called that is not whole yet. */
  static final String UNFINISHED = ".incomplete";

  /** {@return the model of a folder of the cache; empty where it is none} */
  static Optional<ModelId> modelOf(String folder) {
    if (!folder.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String id = folder.substring(PREFIX.length()).replace(SEPARATOR, "/");
    return ModelId.problemOf(id).isEmpty() ? Optional.of(new ModelId(id)) : Optional.empty();
  }

  private String name() {
    return PREFIX + id.value().replace("/", SEPARATOR);
  }

  Path folder() {
    return cache.resolve(name());
  }

  Path blobs() {
    return folder().resolve("blobs");
  }

  Path blob(String etag) {
    return blobs().resolve(etag);
  }

  Path unfinished(String etag) {
    return blobs().resolve(etag + UNFINISHED);
  }

  Path snapshots() {
    return folder().resolve("snapshots");
  }

  Path snapshot(String commit) {
    return snapshots().resolve(commit);
  }

  Path reference(Revision revision) {
    return folder().resolve("refs").resolve(revision.value());
  }

  Path locks() {
    return cache.resolve(".locks").resolve(name());
  }

  Path lock(String etag) {
    return locks().resolve(etag + ".lock");
  }

  /** {@return which commit a revision was when it was last asked for; empty where it never was} */
  Optional<String> commit(Revision revision) {
    if (revision.isCommit()) {
      return Optional.of(revision.value());
    }
    try {
      String text = new String(Files.readAllBytes(reference(revision)), StandardCharsets.US_ASCII);
      String commit = text.strip();
      return commit.matches("[0-9a-f]{40}") ? Optional.of(commit) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
