package dev.stoker.infrastructure.engine;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.failure.StokerFailure.InstallFailed;
import dev.stoker.infrastructure.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One installation's runs of uv: what it prints is told, what goes wrong is explained. */
final class UvRun {
  private static final Pattern WORTH_TELLING =
      Pattern.compile("^(Resolved|Prepared|Installed|Bytecode compiled|Downloading|Using) .*");
  private static final Pattern NETWORK =
      Pattern.compile(
          "(?i)error sending request|dns error|connection refused|timed out|failed to fetch"
              + "|network|certificate");
  private static final int SHOWN_LINES = 15;

  private final Commands commands;
  private final String tool;
  private final Map<String, String> environment;
  private final Path folder;
  private final @Nullable String index;
  private final Consumer<String> progress;

  UvRun(
      Commands commands,
      String tool,
      Map<String, String> environment,
      Path folder,
      @Nullable String index,
      Consumer<String> progress) {
    this.commands = commands;
    this.tool = tool;
    this.environment = environment;
    this.folder = folder;
    this.index = index;
    this.progress = progress;
  }

  /** How a run ended. */
  record Result(int code, List<String> output) {
    boolean isGood() {
      return code == 0;
    }
  }

  Result run(List<String> arguments) throws IOException, InterruptedException {
    return run(arguments, Map.of());
  }

  Result run(List<String> arguments, Map<String, String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(tool));
    command.addAll(arguments);
    if (index != null && arguments.getFirst().equals("pip")) {
      command.addAll(List.of("--index", index));
    }
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    List<String> output = new ArrayList<>();
    int code =
        commands.run(
            command,
            all,
            folder,
            line -> {
              output.add(line);
              if (WORTH_TELLING.matcher(line).matches()) {
                progress.accept(line);
              }
            });
    return new Result(code, output);
  }

  Result orFail(List<String> arguments) throws IOException, InterruptedException {
    Result result = run(arguments);
    if (!result.isGood()) {
      throw failure(result);
    }
    return result;
  }

  LifecycleException failure(Result result) {
    List<String> output = result.output();
    Evidence evidence =
        Evidence.of(output.subList(Math.max(0, output.size() - SHOWN_LINES), output.size()));
    String all = String.join("\n", output);
    if (all.contains("No space left on device")) {
      return new LifecycleException(
          new DiskFull(folder.toString(), "the disk filled up while installing"));
    }
    if (!isUnsolvable(result) && NETWORK.matcher(all).find()) {
      return new LifecycleException(
          new NetworkFailed("the packages could not be fetched", evidence));
    }
    return new LifecycleException(
        new InstallFailed(
            "the packages could not be installed (uv ended with exit code " + result.code() + ")",
            "read the lines above; another version may do: --version …",
            evidence));
  }

  /** {@return whether no set of packages fits, which trying again does not change} */
  static boolean isUnsolvable(Result result) {
    String all = String.join("\n", result.output());
    return all.contains("No solution found") || all.contains("requirements are unsatisfiable");
  }
}
