package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.port.out.InferenceProvider.Sign;
import dev.stoker.domain.model.LoadPhase;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the phases in the output: a small set of markers, from 0.4.0 to the newest ({@code
 * facts-vllm.md} 3.2). Lines that are unknown say nothing.
 */
final class VllmOutputReader {
  private static final Pattern SHARDS =
      Pattern.compile("checkpoint shards(?: \\(eager\\))?:\\s+\\d+% Completed \\| (\\d+)/(\\d+)");
  private static final Pattern GRAPHS =
      Pattern.compile("Capturing CUDA graphs?[^:]*:\\s+\\d+%\\|.*\\| (\\d+)/(\\d+)");

  private record Marker(String text, LoadPhase phase) {}

  /** The first that a line holds decides: the more telling ones come first. */
  private static final List<Marker> MARKERS =
      List.of(
          new Marker("Starting vLLM server", LoadPhase.API_START),
          new Marker("Starting vLLM API server", LoadPhase.API_START),
          new Marker("Started server process", LoadPhase.API_START),
          new Marker("Capturing CUDA graph", LoadPhase.GRAPHS),
          new Marker("Capturing the model for CUDA graphs", LoadPhase.GRAPHS),
          new Marker("KV cache size:", LoadPhase.KV_CACHE),
          new Marker("# GPU blocks:", LoadPhase.KV_CACHE),
          new Marker("Dynamo bytecode transform", LoadPhase.COMPILE),
          new Marker("Compiling a graph for", LoadPhase.COMPILE),
          new Marker("Warming up model for the compilation", LoadPhase.COMPILE),
          new Marker("Loading weights took", LoadPhase.WEIGHTS),
          new Marker("Starting to load model", LoadPhase.WEIGHTS),
          new Marker("checkpoint shards", LoadPhase.WEIGHTS),
          new Marker("Initializing a V1 LLM engine", LoadPhase.ENGINE_START),
          new Marker("Initializing an LLM engine", LoadPhase.ENGINE_START),
          new Marker("non-default args:", LoadPhase.CONFIGURATION),
          new Marker("vLLM API server version", LoadPhase.CONFIGURATION),
          new Marker("Resolved architecture:", LoadPhase.CONFIGURATION),
          new Marker("args: Namespace(", LoadPhase.CONFIGURATION));

  private VllmOutputReader() {}

  static Optional<Sign> read(String line) {
    for (Marker marker : MARKERS) {
      if (line.contains(marker.text())) {
        return Optional.of(new Sign(marker.phase(), detail(line)));
      }
    }
    return Optional.empty();
  }

  private static String detail(String line) {
    Matcher shards = SHARDS.matcher(line);
    if (shards.find()) {
      return "shard " + shards.group(1) + " of " + shards.group(2);
    }
    Matcher graphs = GRAPHS.matcher(line);
    return graphs.find() ? "graph " + graphs.group(1) + " of " + graphs.group(2) : "";
  }
}
