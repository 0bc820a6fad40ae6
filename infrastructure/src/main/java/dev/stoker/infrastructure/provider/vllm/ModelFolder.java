package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.ModelReference.LocalModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What can be seen of a local model without the server, which needs ten seconds to say the same.
 */
final class ModelFolder {
  private ModelFolder() {}

  /** Checks a local model; with {@code --load-format dummy} the server makes weights up. */
  static void check(ModelReference model, List<String> arguments) {
    boolean needsWeights =
        !arguments.contains("dummy") && !arguments.contains("--load-format=dummy");
    switch (model) {
      case LocalModel local -> check(local.folder(), needsWeights);
      case DemoModel demo -> check(demo.folder(), needsWeights);
      case HubModel _ -> {}
    }
  }

  private static void check(Path folder, boolean needsWeights) {
    if (!Files.exists(folder)) {
      throw broken(folder, "there is no such folder");
    }
    if (!Files.isDirectory(folder)) {
      throw broken(folder, "is a file, not a folder");
    }
    if (!Files.exists(folder.resolve("config.json"))
        && !Files.exists(folder.resolve("params.json"))) {
      throw broken(folder, "holds neither config.json nor params.json");
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (needsWeights && files.noneMatch(ModelFolder::isWeights)) {
        throw broken(folder, "holds no weights (*.safetensors, *.bin, *.pt, *.gguf)");
      }
    } catch (IOException e) {
      throw broken(folder, "cannot be read: " + e.getMessage());
    }
  }

  private static boolean isWeights(Path file) {
    String name = String.valueOf(file.getFileName());
    return Stream.of(".safetensors", ".bin", ".pt", ".pth", ".gguf").anyMatch(name::endsWith);
  }

  private static LifecycleException broken(Path folder, String problem) {
    return new LifecycleException(new FilesBroken(folder.toString(), problem, Evidence.none()));
  }
}
