package dev.stoker.infrastructure;

import java.nio.file.Path;
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

  /** {@return the folders that Stoker uses} */
  public HomeLayout home() {
    return HomeLayout.of(this);
  }
}
