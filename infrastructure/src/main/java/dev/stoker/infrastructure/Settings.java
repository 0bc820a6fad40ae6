package dev.stoker.infrastructure;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the adapters need to know of the process they run in; read once, at the start.
 *
 * @param environment the environment variables
 * @param workingDirectory what relative paths mean
 * @param userHome what {@code ~} means
 */
public record Settings(Map<String, String> environment, Path workingDirectory, Path userHome) {
  /** Copies the map, and makes the paths absolute. */
  public Settings {
    environment = Map.copyOf(environment);
    workingDirectory = workingDirectory.toAbsolutePath().normalize();
    userHome = userHome.toAbsolutePath().normalize();
  }

  /** {@return the settings of this process} */
  public static Settings ofThisProcess() {
    return new Settings(
        System.getenv(),
        Path.of(System.getProperty("user.dir", ".")),
        Path.of(System.getProperty("user.home", ".")));
  }

  /** {@return where the Hub's own library keeps models (huggingface_hub {@code constants.py})} */
  public Path hubCache() {
    for (String variable : List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isBlank()) {
        return expanded(value);
      }
    }
    return hubHome().resolve("hub");
  }

  /** {@return where it keeps a token} */
  public Path hubToken() {
    String value = environment.getOrDefault("HF_TOKEN_PATH", "");
    return value.isBlank() ? hubHome().resolve("token") : expanded(value);
  }

  /** As the library does: {@code ~} is the user's home, wherever the variable was set. */
  private Path expanded(String path) {
    return path.equals("~") || path.startsWith("~/")
        ? userHome.resolve(path.substring(Math.min(2, path.length())))
        : workingDirectory.resolve(path);
  }

  private Path hubHome() {
    String home = environment.getOrDefault("HF_HOME", "");
    if (!home.isBlank()) {
      return expanded(home);
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = xdg.isBlank() ? userHome.resolve(".cache") : Path.of(xdg);
    return base.resolve("huggingface");
  }

  /** {@return the folders that Stoker uses} */
  public HomeLayout home() {
    return HomeLayout.of(this);
  }
}
