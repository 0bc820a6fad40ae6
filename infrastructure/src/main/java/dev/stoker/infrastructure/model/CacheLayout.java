package dev.stoker.infrastructure.model;

import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

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

  /** A link, relative as others make it; where there are none, the content itself. */
  void link(String commit, RepoFile file) throws IOException {
    Path name = snapshot(commit).resolve(file.path());
    Path place = Objects.requireNonNull(name.getParent());
    Path blob = blob(file.etag());
    Files.createDirectories(place);
    if (Files.exists(name) && Files.size(name) == file.size().bytes()) {
      return;
    }
    Files.deleteIfExists(name);
    try {
      Files.createSymbolicLink(name, place.relativize(blob));
    } catch (FileAlreadyExistsException e) {
      // Another program was quicker.
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.copy(blob, name);
    }
  }

  /** In one step: who reads it meanwhile sees the old one or the new one. */
  void writeReference(Revision revision, String commit) throws IOException {
    Path reference = reference(revision);
    Files.createDirectories(reference.getParent());
    // Readable as others leave theirs: not a temporary file's way.
    Path beside = folder().resolve(".reference-" + UUID.randomUUID());
    try {
      Files.write(
          beside,
          commit.getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      Files.move(beside, reference, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}
