package dev.stoker.infrastructure.hub;

import dev.stoker.application.port.out.ModelCache;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The cache folder of the Hub's own library (huggingface_hub {@code constants.py}). */
final class FileModelCache implements ModelCache {
  private final Path cache;

  @Inject
  FileModelCache(Settings settings) {
    this.cache = cacheOf(settings);
  }

  private static Path cacheOf(Settings settings) {
    Map<String, String> environment = settings.environment();
    for (String variable : new String[] {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isBlank()) {
        return settings.workingDirectory().resolve(value);
      }
    }
    String home = environment.getOrDefault("HF_HOME", "");
    if (!home.isBlank()) {
      return settings.workingDirectory().resolve(home).resolve("hub");
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = xdg.isBlank() ? settings.userHome().resolve(".cache") : Path.of(xdg);
    return base.resolve("huggingface").resolve("hub");
  }

  @Override
  public ByteSize present(ModelId id) {
    Path blobs = cache.resolve("models--" + id.value().replace("/", "--")).resolve("blobs");
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(blobs)) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    } catch (IOException e) {
      // Nothing there yet, or a file was renamed at this moment: the next look counts it.
      return new ByteSize(bytes);
    }
    return new ByteSize(bytes);
  }
}
