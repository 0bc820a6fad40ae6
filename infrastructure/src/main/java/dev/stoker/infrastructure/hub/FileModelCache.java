package dev.stoker.infrastructure.hub;

import dev.stoker.application.port.out.ModelCache;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The cache folder of the Hub's own library (huggingface_hub {@code constants.py}). */
final class FileModelCache implements ModelCache {
  /** The formats of weights that vLLM reads. */
  private static final List<String> WEIGHTS = List.of(".safetensors", ".bin", ".pt", ".gguf");

  /** Revision, folders of the repository, file. */
  private static final int DEEP = 4;

  private final Path cache;

  @Inject
  FileModelCache(Settings settings) {
    this.cache = settings.hubCache();
  }

  @Override
  public Cached look(ModelId id) {
    Path model = cache.resolve("models--" + id.value().replace("/", "--"));
    long bytes = 0;
    boolean halfFetched = false;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(model.resolve("blobs"))) {
      for (Path file : files) {
        bytes += Files.size(file);
        halfFetched |= file.getFileName().toString().endsWith(".incomplete");
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Nothing there yet, or a file was renamed at this moment: the next look counts it.
      return new Cached(new ByteSize(bytes), false);
    }
    return new Cached(new ByteSize(bytes), !halfFetched && hasWeights(model.resolve("snapshots")));
  }

  private static boolean hasWeights(Path snapshots) {
    try (Stream<Path> files = Files.find(snapshots, DEEP, (file, _) -> isWeights(file))) {
      return files.findAny().isPresent();
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static boolean isWeights(Path file) {
    String name = file.getFileName().toString();
    return WEIGHTS.stream().anyMatch(name::endsWith);
  }
}
