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
    FitSettings settings =
        new FitSettings(
            number("--tensor-parallel-size", spec.options().tensorParallelSize()),
            number("--pipeline-parallel-size", spec.options().pipelineParallelSize()),
            share(),
            length("--max-model-len"),
            number("--max-num-seqs", isDemo() ? 4 : 0),
            value("--kv-cache-dtype").filter(type -> type.startsWith("fp8")).isPresent() ? 1 : 0,
            cache(environment));
    String type = value("--dtype").orElse(isDemo() ? "float32" : "");
    return new MemoryPlan(settings, footprint(), type, assumptions);
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
    return value(flag)
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
    String found = null;
    List<String> arguments = spec.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      String[] parts = arguments.get(i).split("=", 2);
      String name = parts[0].replace('_', '-').toLowerCase(Locale.ROOT);
      if (name.equals(flag) && parts.length == 2) {
        found = parts[1];
      } else if (name.equals(flag) && i + 1 < arguments.size()) {
        found = arguments.get(i + 1);
      }
    }
    return Optional.ofNullable(found);
  }

  private static ByteSize gib(double size) {
    return new ByteSize(Math.round(size * GIB));
  }
}
