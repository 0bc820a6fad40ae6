package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.LaunchFailed;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The stand-in that plays vLLM ({@code design.md} 8): a Python program of Stoker's own, taken only
 * where it is asked for by name.
 */
@Singleton
final class PracticeEngine {
  /** Which vLLM it plays. */
  private static final String VERSION = "0.32.0";

  private static final String PROGRAM = "api_server.py";
  private static final List<String> FILES =
      List.of(
          PROGRAM,
          "engine.py",
          "faults.py",
          "flags.py",
          "gpu.py",
          "http_api.py",
          "lines.py",
          "state.py",
          "title.py");

  private final Settings settings;

  @Inject
  PracticeEngine(Settings settings) {
    this.settings = settings;
  }

  /** {@return it; its program is in place after {@link #install}} */
  EngineInfo engine() {
    return new EngineInfo(
        EngineInfo.PRACTICE,
        VERSION,
        EngineInfo.PRACTICE,
        "cpu",
        python(),
        folder(sources()).resolve(PROGRAM),
        "part of Stoker",
        false);
  }

  private Path python() {
    for (String folder : settings.environment().getOrDefault("PATH", "").split(":", -1)) {
      Path python = folder.isBlank() ? null : Path.of(folder, "python3");
      if (python != null && Files.isExecutable(python)) {
        return python;
      }
    }
    throw new LifecycleException(
        new LaunchFailed("python3", "the practice engine needs a Python 3 on PATH"));
  }

  /**
   * Writes the program where it is not there yet: all of it or nothing. One at a time: two services
   * may start together.
   */
  synchronized void install() {
    Map<String, String> sources = sources();
    Path folder = folder(sources);
    if (Files.isDirectory(folder)) {
      return;
    }
    Path beside = folder.resolveSibling(".new-" + ProcessHandle.current().pid());
    try {
      PrivateFiles.removeTree(beside);
      PrivateFiles.folder(beside);
      for (Map.Entry<String, String> source : sources.entrySet()) {
        Files.writeString(beside.resolve(source.getKey()), source.getValue());
      }
      Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw new LifecycleException(new LaunchFailed(PROGRAM, "cannot be written: " + e), e);
      }
    }
  }

  /** Named after what is in it: another Stoker's program is never taken for this one's. */
  private Path folder(Map<String, String> sources) {
    CRC32 sum = new CRC32();
    sources
        .values()
        .forEach(
            text -> {
              byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
              sum.update(bytes, 0, bytes.length);
            });
    return settings
        .home()
        .engines()
        .resolve(EngineInfo.PRACTICE)
        .resolve(Long.toHexString(sum.getValue()));
  }

  private static Map<String, String> sources() {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String file : FILES) {
      sources.put(
          file,
          read(file)
              .orElseThrow(() -> new IllegalStateException("practice/" + file + " is missing")));
    }
    return sources;
  }

  private static Optional<String> read(String file) {
    try (InputStream stream = PracticeEngine.class.getResourceAsStream("practice/" + file)) {
      return stream == null
          ? Optional.empty()
          : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
