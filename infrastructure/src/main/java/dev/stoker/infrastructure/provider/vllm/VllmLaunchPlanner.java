package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.process.LaunchPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The command line for each version (FR-007 to FR-011). Pure. Sources: vLLM's tags and the runs of
 * {@code facts-vllm.md} 1.1 to 1.3 and {@code facts-vllm-cpu.md} 1.
 */
final class VllmLaunchPlanner {
  private static final String MODULE = "vllm.entrypoints.openai.api_server";
  private static final String PROPER_DISTRIBUTION = "vllm";

  private VllmLaunchPlanner() {}

  static LaunchPlan plan(ServiceSpec spec, EngineInfo engine, Map<String, String> parent) {
    VllmVersion version = VllmVersion.parse(engine.version()).orElse(VllmVersion.OLDEST);
    List<String> command = new ArrayList<>(program(spec, engine, version));
    VllmLifecycleOptions options = spec.options();
    add(command, "--host", "127.0.0.1");
    add(command, "--port", options.port().toString());
    add(command, "--served-model-name", spec.model().servedName());
    command.addAll(spec.aliases());
    boolean cpu = engine.device().equals("cpu");
    if (!cpu) {
      add(command, "--gpu-memory-utilization", options.gpuMemoryUtilization().toString());
    } else if (!version.isAtLeast(0, 10, 0)) {
      // Gone with 0.10.0: from then on the build decides.
      add(command, "--device", "cpu");
    }
    if (options.tensorParallelSize() > 1) {
      add(command, "--tensor-parallel-size", Integer.toString(options.tensorParallelSize()));
    }
    if (options.pipelineParallelSize() > 1) {
      add(command, "--pipeline-parallel-size", Integer.toString(options.pipelineParallelSize()));
    }
    if (spec.model() instanceof HubModel hub && !hub.revision().equals(Revision.MAIN)) {
      add(command, "--revision", hub.revision().value());
    }
    quieten(command, version);
    if (spec.model() instanceof DemoModel) {
      command.addAll(List.of("--dtype", "float32", "--max-num-seqs", "4", "--enforce-eager"));
    }
    command.addAll(spec.arguments());
    return new LaunchPlan(
        command, engine.python().toString(), VllmEnvironment.of(spec, engine, parent));
  }

  /** The console command where it exists and works; the module where it does not. */
  private static List<String> program(ServiceSpec spec, EngineInfo engine, VllmVersion version) {
    Path console = engine.console();
    if (engine.isPractice()) {
      return List.of(
          engine.python().toString(), String.valueOf(console), "--model", spec.model().argument());
    }
    // It looks its own version up as that of "vllm", and dies where the package has another name.
    boolean consoleWorks =
        version.isAtLeast(0, 5, 2) && engine.distribution().equals(PROPER_DISTRIBUTION);
    return console != null && consoleWorks
        ? List.of(console.toString(), "serve", spec.model().argument())
        : List.of(engine.python().toString(), "-m", MODULE, "--model", spec.model().argument());
  }

  /** Keeps our own probes, and everybody's prompts, out of the server's output. */
  private static void quieten(List<String> command, VllmVersion version) {
    if (version.isAtLeast(0, 19, 0)) {
      add(command, "--disable-access-log-for-endpoints", "/health,/metrics,/ping");
    }
    if (!version.isAtLeast(0, 10, 1)) {
      command.add("--disable-log-requests");
    }
  }

  private static void add(List<String> command, String flag, String value) {
    command.add(flag);
    command.add(value);
  }
}
