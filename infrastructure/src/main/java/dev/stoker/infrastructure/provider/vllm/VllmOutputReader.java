package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.LoadSign;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the phases in the output: the markers of every version from 0.4.0 to the newest ({@code
 * facts-vllm.md} 3.2). Pure. A line without a marker says nothing; one that several processes wrote
 * into says what each has said.
 */
final class VllmOutputReader {
  private static final Pattern SHARDS =
      Pattern.compile("checkpoint shards[^|\\r\\n]{0,40}\\|?\\s*(\\d{1,6})/(\\d{1,6})");
  private static final Pattern GRAPHS =
      Pattern.compile("Capturing CUDA graph[^|]{0,120}\\|[^|]{0,200}\\|\\s*(\\d{1,6})/(\\d{1,6})");

  /** A text that only one phase prints. */
  private record Marker(String text, LoadSign sign) {
    static Marker of(String text, LoadPhase phase) {
      return new Marker(text, LoadSign.of(phase));
    }
  }

  private static final String COLD = "the compile cache was cold";

  private static final List<Marker> MARKERS =
      List.of(
          Marker.of("Automatically detected platform", LoadPhase.IMPORT),
          Marker.of("vLLM API server version", LoadPhase.CONFIGURATION),
          Marker.of("non-default args:", LoadPhase.CONFIGURATION),
          Marker.of("args: Namespace(", LoadPhase.CONFIGURATION),
          Marker.of("Resolved architecture:", LoadPhase.CONFIGURATION),
          Marker.of("Using max model len", LoadPhase.CONFIGURATION),
          Marker.of("Initializing a V1 LLM engine", LoadPhase.ENGINE_START),
          Marker.of("Initializing an LLM engine", LoadPhase.ENGINE_START),
          Marker.of("distributed_init_method=", LoadPhase.ENGINE_START),
          Marker.of("Starting to load model", LoadPhase.DOWNLOAD),
          Marker.of("Time spent downloading weights", LoadPhase.WEIGHTS),
          Marker.of("checkpoint shards", LoadPhase.WEIGHTS),
          Marker.of("Loading safetensors using", LoadPhase.WEIGHTS),
          Marker.of("Prefetching checkpoint files:", LoadPhase.WEIGHTS),
          Marker.of("Loading weights took", LoadPhase.WEIGHTS),
          Marker.of("Loading model weights took", LoadPhase.WEIGHTS),
          Marker.of("Model loading took", LoadPhase.WEIGHTS),
          Marker.of("Dynamo bytecode transform", LoadPhase.COMPILE),
          Marker.of("Directly load", LoadPhase.COMPILE),
          Marker.of("Warming up model for the compilation", LoadPhase.COMPILE),
          new Marker("Compiling a graph for", LoadSign.remarked(LoadPhase.COMPILE, COLD)),
          Marker.of("Available KV cache memory", LoadPhase.KV_CACHE),
          Marker.of("KV cache size:", LoadPhase.KV_CACHE),
          Marker.of("for KV cache on node", LoadPhase.KV_CACHE),
          Marker.of("# GPU blocks:", LoadPhase.KV_CACHE),
          Marker.of("# CPU blocks:", LoadPhase.KV_CACHE),
          Marker.of("Capturing CUDA graph", LoadPhase.GRAPHS),
          Marker.of("Capturing the model for CUDA graphs", LoadPhase.GRAPHS),
          Marker.of("Capturing cudagraphs", LoadPhase.GRAPHS),
          Marker.of("init engine (", LoadPhase.API_START),
          Marker.of("Starting vLLM server", LoadPhase.API_START),
          Marker.of("Starting vLLM API server", LoadPhase.API_START),
          Marker.of("Started server process", LoadPhase.API_START));

  private VllmOutputReader() {}

  /** {@return what a line says, in the order of the phases; most often nothing} */
  static List<LoadSign> read(String line) {
    List<LoadSign> signs = List.of();
    for (Marker marker : MARKERS) {
      if (line.contains(marker.text())) {
        if (signs.isEmpty()) {
          signs = new ArrayList<>();
        }
        signs.add(marker.sign());
        addCount(signs, marker, line);
      }
    }
    return signs;
  }

  private static void addCount(List<LoadSign> signs, Marker marker, String line) {
    Pattern count =
        switch (marker.text()) {
          case "checkpoint shards" -> SHARDS;
          case "Capturing CUDA graph" -> GRAPHS;
          default -> null;
        };
    if (count == null) {
      return;
    }
    Matcher found = count.matcher(line);
    while (found.find()) {
      signs.add(
          LoadSign.counted(
              marker.sign().phase(),
              Integer.parseInt(found.group(1)),
              Integer.parseInt(found.group(2))));
    }
  }
}
