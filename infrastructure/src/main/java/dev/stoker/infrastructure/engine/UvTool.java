package dev.stoker.infrastructure.engine;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InstallFailed;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds {@code uv}, or brings it by {@code pip} into a private folder; and runs it. */
final class UvTool {
  private final Settings settings;
  private final Commands commands;
  private final Path own;

  @Inject
  UvTool(Settings settings, Commands commands) {
    this.settings = settings;
    this.commands = commands;
    this.own = settings.home().data().resolve("tools").resolve("uv");
  }

  /** {@return the path of uv} */
  String find(String python, Consumer<String> progress) throws IOException, InterruptedException {
    for (String folder : settings.environment().getOrDefault("PATH", "").split(":", -1)) {
      Path uv = folder.isBlank() ? null : Path.of(folder, "uv");
      if (uv != null && Files.isExecutable(uv)) {
        return uv.toString();
      }
    }
    Path brought = own.resolve("bin/uv");
    if (!Files.isExecutable(brought)) {
      bring(python, progress);
    }
    return brought.toString();
  }

  private void bring(String python, Consumer<String> progress)
      throws IOException, InterruptedException {
    progress.accept("Bringing uv, the installer, with pip");
    Path beside = own.resolveSibling("uv.new-" + ProcessHandle.current().pid());
    PrivateFiles.folder(beside);
    List<String> output = new ArrayList<>();
    try {
      int code =
          commands.run(
              List.of(
                  python, "-m", "pip", "install", "--quiet", "--target", beside.toString(), "uv"),
              environment(Map.of()),
              beside,
              output::add);
      if (code != 0) {
        throw new LifecycleException(
            new InstallFailed(
                "uv could not be brought by pip (exit code " + code + ")",
                "check the network (HTTPS_PROXY, PIP_INDEX_URL), or install uv yourself and put it"
                    + " on PATH; Debian and Ubuntu have pip in python3-pip",
                Evidence.of(output)));
      }
      PrivateFiles.removeTree(own);
      Files.move(beside, own, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      PrivateFiles.removeTree(beside);
    }
  }

  UvRun run(String tool, Path folder, @Nullable String index, Consumer<String> progress) {
    return new UvRun(commands, tool, environment(Map.of()), folder, index, progress);
  }

  /** Runs a line of Python in the new engine, as a server would be. */
  int runPython(Path python, String code, String device, Path folder, Consumer<String> line)
      throws IOException, InterruptedException {
    Map<String, String> more =
        device.equals("cpu") ? Map.of("VLLM_TARGET_DEVICE", "cpu") : Map.of();
    return commands.run(List.of(python.toString(), "-c", code), environment(more), folder, line);
  }

  /** Ours, less what would make another Python's packages or no bytecode of it. */
  private Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(settings.environment());
    List.of("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "VLLM_PORT")
        .forEach(environment::remove);
    environment.putAll(more);
    return environment;
  }
}
