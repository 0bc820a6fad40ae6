package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ServiceSpec;
import dev.stoker.domain.fit.EngineFootprint;
import dev.stoker.domain.fit.FitSettings;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How vLLM will use memory, by its arguments and its version ({@code facts-memory-fit.md} E.1 and
 * E.3). Pure.
 */
final class VllmMemory {
  private static final double GIB = 1L << 30;

  /** Fitted to what others measured: the peak of sampling, per sequence and word. */
  private static final double PER_LOGIT = 15.5;

  private static final double PER_LOGIT_BEFORE_0_19 = 39;
  private static final ByteSize ALONE = gib(0.3);
  private static final ByteSize TOGETHER = gib(2.1);

  /** Three processes that have imported torch; a guess on the safe side, not measured. */
  private static final ByteSize CPU_PROCESSES = gib(1.5);

  private static final int BLOCK = 16;
  private static final int CPU_SEQUENCES = 256;

  /** As argparse of vLLM takes it: {@code 16k} is 16,000, {@code 16K} is 16,384. */
  private static final Pattern LENGTH = Pattern.compile("(\\d{1,9})(?:\\.\\d+)?([kKmM]?)");

  /** With any of them, weights are made smaller while loading, or are partly elsewhere. */
  private static final List<String> OTHER_WEIGHTS =
      List.of(
          "--quantization",
          "-q",
          "--load-format",
          "--cpu-offload-gb",
          "--hf-overrides",
          "--model-loader-extra-config",
          "--model-impl",
          "--enable-expert-parallel",
          "--kv-transfer-config",
          "--offload-backend");

  /** With any of them, layers of experts are shared out otherwise. */
  private static final List<String> REPLICAS =
      List.of("--data-parallel-size", "-dp", "--data-parallel-size-local");

  /** With any of them, workers are elsewhere too. */
  private static final List<String> OTHER_MACHINES =
      List.of("--distributed-executor-backend", "--nnodes", "--data-parallel-address");

  private final ServiceSpec spec;
  private final boolean cpu;
  private final VllmVersion version;
  private final List<String> assumptions = new ArrayList<>();

  private VllmMemory(ServiceSpec spec, EngineInfo engine) {
    this.spec = spec;
    this.cpu = engine.device().equals("cpu");
    this.version = VllmVersion.parse(engine.version()).orElse(VllmVersion.OLDEST);
  }

  static MemoryPlan of(ServiceSpec spec, EngineInfo engine, Map<String, String> environment) {
    return new VllmMemory(spec, engine).plan(environment);
  }

  private MemoryPlan plan(Map<String, String> environment) {
    if (cpu && devices(spec) > 1) {
      assumptions.add("each of the " + devices(spec) + " processes takes a cache of its own");
    }
    FitSettings settings =
        new FitSettings(
            // On a processor all of them share one memory.
            cpu ? 1 : tensor(spec),
            cpu ? 1 : pipeline(spec),
            share(),
            length("--max-model-len"),
            number("--max-num-seqs", isDemo() ? 4 : 0),
            value("--kv-cache-dtype").filter(type -> type.startsWith("fp8")).isPresent() ? 1 : 0,
            cache(environment));
    String type = value("--dtype").orElse(isDemo() ? "float32" : "");
    return new MemoryPlan(
        settings,
        footprint(),
        type,
        isWholeHere(),
        !cpu && version.isAtLeast(0, 9, 0),
        assumptions);
  }

  /** {@return on how many devices of this machine it computes; 0 where that is not known} */
  static int devices(ServiceSpec spec) {
    if (OTHER_MACHINES.stream().anyMatch(flag -> isGiven(spec, flag))) {
      return 0;
    }
    int replicas = number(spec, "--data-parallel-size", number(spec, "-dp", 1));
    return tensor(spec) * pipeline(spec) * number(spec, "--data-parallel-size-local", replicas);
  }

  private static int tensor(ServiceSpec spec) {
    int configured = spec.options().tensorParallelSize();
    return number(spec, "--tensor-parallel-size", number(spec, "-tp", configured));
  }

  private static int pipeline(ServiceSpec spec) {
    int configured = spec.options().pipelineParallelSize();
    return number(spec, "--pipeline-parallel-size", number(spec, "-pp", configured));
  }

  /** Whether each device holds the share of the weights that its files tell. */
  private boolean isWholeHere() {
    return Stream.of(OTHER_WEIGHTS, OTHER_MACHINES, REPLICAS)
        .flatMap(List::stream)
        .noneMatch(flag -> isGiven(spec, flag));
  }

  private static boolean isGiven(ServiceSpec spec, String flag) {
    return spec.arguments().stream()
        .map(argument -> name(argument.split("=", 2)[0]))
        .anyMatch(flag::equals);
  }

  private boolean isDemo() {
    return spec.model() instanceof DemoModel;
  }

  private double share() {
    return value("--gpu-memory-utilization")
        .map(VllmMemory::parsed)
        .orElse(spec.options().gpuMemoryUtilization().share());
  }

  private static double parsed(String number) {
    try {
      double share = Double.parseDouble(number);
      return share > 0 && share <= 1 ? share : 1;
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  private @Nullable ByteSize cache(Map<String, String> environment) {
    int bytes = length("--kv-cache-memory-bytes");
    if (bytes > 0) {
      return new ByteSize(bytes);
    }
    if (!cpu) {
      return null;
    }
    String gib = environment.getOrDefault("VLLM_CPU_KVCACHE_SPACE", "");
    if (!gib.matches("[1-9]\\d{0,5}")) {
      return null;
    }
    assumptions.add("the cache has " + gib + " GiB (VLLM_CPU_KVCACHE_SPACE)");
    return ByteSize.ofGib(Long.parseLong(gib));
  }

  private EngineFootprint footprint() {
    boolean eager = cpu || isDemo() || spec.arguments().contains("--enforce-eager");
    boolean counted = version.isAtLeast(0, 21, 0);
    if (!eager && !counted) {
      assumptions.add("this version does not count recorded graphs: they come on top");
    }
    if (!cpu) {
      assumptions.add("working memory is an estimate: it differs by half a gibibyte and more");
    }
    return new EngineFootprint(
        version.isAtLeast(0, 19, 0) ? PER_LOGIT : PER_LOGIT_BEFORE_0_19,
        cpu ? CPU_PROCESSES : ALONE,
        cpu ? CPU_PROCESSES : TOGETHER,
        !eager,
        cpu ? CPU_SEQUENCES : 0,
        number("--block-size", BLOCK));
  }

  private int number(String flag, int otherwise) {
    return number(spec, flag, otherwise);
  }

  private static int number(ServiceSpec spec, String flag, int otherwise) {
    return value(spec, flag)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::parseInt)
        .orElse(otherwise);
  }

  /** {@return a count that may be written short; 0 where it is not given, or left to vLLM} */
  private int length(String flag) {
    Matcher text = LENGTH.matcher(value(flag).orElse(""));
    if (!text.matches()) {
      return 0;
    }
    long factor =
        switch (text.group(2)) {
          case "k" -> 1000;
          case "K" -> 1024;
          case "m" -> 1_000_000;
          case "M" -> 1L << 20;
          default -> 1;
        };
    return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text.group(1)) * factor);
  }

  /** {@return what was given last, in either spelling} */
  private Optional<String> value(String flag) {
    return value(spec, flag);
  }

  private static Optional<String> value(ServiceSpec spec, String flag) {
    String found = null;
    List<String> arguments = spec.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      String[] parts = arguments.get(i).split("=", 2);
      String name = name(parts[0]);
      if (name.equals(flag) && parts.length == 2) {
        found = parts[1];
      } else if (name.equals(flag) && i + 1 < arguments.size()) {
        found = arguments.get(i + 1);
      }
    }
    return Optional.ofNullable(found);
  }

  private static String name(String flag) {
    return flag.replace('_', '-').toLowerCase(Locale.ROOT);
  }

  private static ByteSize gib(double size) {
    return new ByteSize(Math.round(size * GIB));
  }
}
