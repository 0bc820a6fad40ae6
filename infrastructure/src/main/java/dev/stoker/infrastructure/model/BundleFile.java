package dev.stoker.infrastructure.model;

import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Json;
import java.io.IOException;
import java.util.Map;

/**
 * A file of a bundle.
 *
 * @param file its name, length, and what its content is called in the cache
 * @param sha256 of its content, hexadecimal
 */
record BundleFile(RepoFile file, String sha256) {
  /**
   * Checks the sum.
   *
   * @throws IllegalArgumentException when it is none, or contradicts the name in the cache
   */
  BundleFile {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("'" + file.path() + "' has no SHA-256");
    }
    if (file.hasSha256() && !file.etag().equals(sha256)) {
      throw new IllegalArgumentException("'" + file.path() + "' has two different SHA-256");
    }
  }

  Map<String, Object> asMap() {
    return Map.of(
        "path", file.path(), "size", file.size().bytes(), "etag", file.etag(), "sha256", sha256);
  }

  /**
   * {@return what a list says of one}
   *
   * @throws IOException when it says what cannot be, or what could lead out of the folder
   */
  static BundleFile of(Map<?, ?> object) throws IOException {
    try {
      return new BundleFile(
          new RepoFile(
              Json.text(object, "path").orElse(""),
              new ByteSize(Json.whole(object, "size").orElse(-1L)),
              Json.text(object, "etag").orElse("")),
          Json.text(object, "sha256").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
