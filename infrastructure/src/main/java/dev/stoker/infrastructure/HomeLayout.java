package dev.stoker.infrastructure;

import java.nio.file.Path;

/**
 * Where Stoker keeps things: below {@code STOKER_HOME}, else in the XDG base directories.
 *
 * @param data engines and the demo model
 * @param state the state file, the lock and the servers' output
 * @param runtime private folders of running servers
 */
public record HomeLayout(Path data, Path state, Path runtime) {
  static HomeLayout of(Settings settings) {
    String home = settings.environment().getOrDefault("STOKER_HOME", "");
    if (!home.isBlank()) {
      Path root = settings.workingDirectory().resolve(home).normalize();
      return new HomeLayout(root, root.resolve("state"), root.resolve("run"));
    }
    Path data = base(settings, "XDG_DATA_HOME", ".local/share");
    Path state = base(settings, "XDG_STATE_HOME", ".local/state");
    String runtime = settings.environment().getOrDefault("XDG_RUNTIME_DIR", "");
    Path run =
        runtime.isBlank() || !Path.of(runtime).isAbsolute()
            ? state.resolve("run")
            : Path.of(runtime).resolve("stoker");
    return new HomeLayout(data, state, run);
  }

  /** The specification of these variables: a relative path is to be ignored. */
  private static Path base(Settings settings, String variable, String fallback) {
    String value = settings.environment().getOrDefault(variable, "");
    Path root =
        value.isBlank() || !Path.of(value).isAbsolute()
            ? settings.userHome().resolve(fallback)
            : Path.of(value);
    return root.resolve("stoker");
  }

  /** {@return the folder of the engines that Stoker installed} */
  public Path engines() {
    return data.resolve("engines");
  }

  /** {@return the folder of the demo model} */
  public Path demoModel() {
    return data.resolve("models").resolve("demo");
  }

  /** {@return the state file} */
  public Path stateFile() {
    return state.resolve("stoker.db");
  }

  /** {@return the lock that the owner of the home holds} */
  public Path lock() {
    return state.resolve("lock");
  }

  /** {@return the token that callers of the control API must show} */
  public Path token() {
    return state.resolve("control.token");
  }

  /** {@return the folder of the servers' output} */
  public Path logs() {
    return state.resolve("logs");
  }
}
