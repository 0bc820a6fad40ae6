package dev.stoker.infrastructure.engine;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InstallFailed;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds a Python that the engine can be installed for. */
final class HostPython {
  private static final List<String> NAMES =
      List.of("python3.12", "python3.13", "python3.11", "python3", "python");
  private static final String IS_GOOD =
      "import sys, venv; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else 1)";

  private final Settings settings;
  private final Commands commands;

  @Inject
  HostPython(Settings settings, Commands commands) {
    this.settings = settings;
    this.commands = commands;
  }

  /** {@return the path of a Python 3.11 to 3.13 on {@code PATH}} */
  String find() {
    List<String> seen = new ArrayList<>();
    for (String name : NAMES) {
      for (String folder : settings.environment().getOrDefault("PATH", "").split(":", -1)) {
        Path python = folder.isBlank() ? null : Path.of(folder, name);
        if (python != null && Files.isExecutable(python)) {
          if (isGood(python)) {
            return python.toString();
          }
          seen.add(python.toString());
        }
      }
    }
    String found = seen.isEmpty() ? "none was found" : "found, but of another version: " + seen;
    throw new LifecycleException(
        new InstallFailed(
            "vLLM needs Python 3.11, 3.12 or 3.13 with its venv module; " + found,
            "install one (Debian, Ubuntu: apt install python3 python3-venv) and put it on PATH",
            Evidence.none()));
  }

  private boolean isGood(Path python) {
    try {
      return commands.run(
              List.of(python.toString(), "-c", IS_GOOD),
              settings.environment(),
              settings.workingDirectory(),
              _ -> {})
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
