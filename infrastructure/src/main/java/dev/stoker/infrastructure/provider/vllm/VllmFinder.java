package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for vLLM: in the active virtual environment, behind {@code vllm} on {@code PATH}, and among
 * those that Stoker installed. Reads files only; importing vLLM would take ten seconds.
 */
final class VllmFinder {
  private final Settings settings;

  @Inject
  VllmFinder(Settings settings) {
    this.settings = settings;
  }

  /** {@return the places that are looked at, for messages} */
  List<String> places() {
    String active = settings.environment().getOrDefault("VIRTUAL_ENV", "");
    return List.of(
        "providers.vllm.engine (not set)",
        active.isEmpty() ? "the active virtual environment (none)" : active,
        "vllm on PATH",
        ownFolder().toString());
  }

  /** {@return every vLLM found, the preferred one first, each interpreter once} */
  List<EngineInfo> all() {
    Map<Path, EngineInfo> byPython = new LinkedHashMap<>();
    String active = settings.environment().getOrDefault("VIRTUAL_ENV", "");
    if (!active.isBlank()) {
      InstalledVllm.inPrefix(Path.of(active), "active virtual environment", false)
          .ifPresent(engine -> byPython.putIfAbsent(engine.python(), engine));
    }
    onPath().forEach(engine -> byPython.putIfAbsent(engine.python(), engine));
    own().forEach(engine -> byPython.putIfAbsent(engine.python(), engine));
    return List.copyOf(byPython.values());
  }

  /** {@return the vLLM of a virtual environment, a Python or a vllm command; at most one} */
  List<EngineInfo> at(String wanted) {
    String expanded = wanted.startsWith("~/") ? settings.userHome() + wanted.substring(1) : wanted;
    Path path = settings.workingDirectory().resolve(expanded).normalize();
    boolean owned = path.startsWith(ownFolder());
    String origin = owned ? "installed by Stoker" : "configured";
    if (Files.isDirectory(path)) {
      return InstalledVllm.inPrefix(path, origin, owned).stream().toList();
    }
    if (!Files.isRegularFile(path)) {
      return List.of();
    }
    Optional<EngineInfo> found =
        String.valueOf(path.getFileName()).startsWith("python")
            ? InstalledVllm.ofPython(path, origin, owned)
            : ofConsole(path, origin);
    return found.stream().toList();
  }

  private List<EngineInfo> onPath() {
    List<EngineInfo> found = new ArrayList<>();
    for (String folder : settings.environment().getOrDefault("PATH", "").split(":", -1)) {
      Path console = folder.isBlank() ? null : Path.of(folder, "vllm");
      if (console != null && Files.isExecutable(console) && Files.isRegularFile(console)) {
        ofConsole(console, "vllm on PATH").ifPresent(found::add);
      }
    }
    return found;
  }

  /** The first line of a console script names its interpreter. */
  private static Optional<EngineInfo> ofConsole(Path console, String origin) {
    try (var lines = Files.lines(console)) {
      return lines
          .findFirst()
          .filter(line -> line.startsWith("#!/"))
          .map(line -> Path.of(line.substring(2).strip()))
          .filter(python -> String.valueOf(python.getFileName()).startsWith("python"))
          .flatMap(python -> InstalledVllm.ofPython(python, origin, false));
    } catch (IOException | UncheckedIOException e) {
      // Not readable, or not text: not a console script.
      return Optional.empty();
    }
  }

  private Path ownFolder() {
    return settings.home().engines().resolve("vllm");
  }

  /** {@return the engines that Stoker installed, the newest version first} */
  private List<EngineInfo> own() {
    List<EngineInfo> found = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(ownFolder(), "[0-9]*")) {
      for (Path folder : folders) {
        InstalledVllm.inPrefix(folder, "installed by Stoker", true).ifPresent(found::add);
      }
    } catch (IOException e) {
      return List.of();
    }
    found.sort(
        Comparator.comparing(
                (EngineInfo engine) ->
                    VllmVersion.parse(engine.version()).orElse(VllmVersion.OLDEST))
            .reversed());
    return found;
  }
}
