package dev.stoker.infrastructure.provider.vllm;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.MemoryPlan;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.EngineNotInstalled;
import dev.stoker.domain.failure.StokerFailure.UnsupportedVersion;
import dev.stoker.domain.fit.ReportedMemory;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.progress.LoadSign;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** vLLM. */
final class VllmProvider implements InferenceProvider {
  private final Settings settings;
  private final VllmFinder finder;
  private final PracticeEngine practice;

  @Inject
  VllmProvider(Settings settings, VllmFinder finder, PracticeEngine practice) {
    this.settings = settings;
    this.finder = finder;
    this.practice = practice;
  }

  @Override
  public List<EngineInfo> engines() {
    return finder.all();
  }

  @Override
  public EngineInfo select(@Nullable String wanted) {
    if (EngineInfo.PRACTICE.equals(wanted)) {
      return practice.engine();
    }
    List<EngineInfo> found = wanted == null ? finder.all() : finder.at(wanted);
    if (found.isEmpty()) {
      throw new LifecycleException(
          new EngineNotInstalled(wanted == null ? finder.places() : List.of(wanted)));
    }
    EngineInfo first = found.getFirst();
    Optional<VllmVersion> version = VllmVersion.parse(first.version());
    if (version.isPresent() && version.get().compareTo(VllmVersion.OLDEST) < 0) {
      throw new LifecycleException(
          new UnsupportedVersion(first.version(), first.python().toString()));
    }
    return first;
  }

  @Override
  public List<Violation> checkArguments(List<String> arguments, String origin) {
    return VllmArguments.check(arguments, origin);
  }

  @Override
  public void preflight(ServiceSpec spec) {
    ModelFolder.check(spec.model(), spec.arguments());
    if (spec.isPractice()) {
      practice.install();
    }
  }

  @Override
  public LaunchPlan plan(ServiceSpec spec, EngineInfo engine) {
    return VllmLaunchPlanner.plan(
        spec,
        engine,
        VllmEnvironment.withAbsolutePaths(settings.environment(), settings.workingDirectory()));
  }

  /** By the environment that the server will have. */
  @Override
  public MemoryPlan memory(ServiceSpec spec, EngineInfo engine) {
    return VllmMemory.of(spec, engine, plan(spec, engine).environment());
  }

  @Override
  public Optional<ReportedMemory> reported(List<String> lines) {
    return VllmReported.of(lines);
  }

  @Override
  public int devices(ServiceSpec spec) {
    return VllmMemory.devices(spec);
  }

  @Override
  public List<LoadSign> read(String line) {
    return VllmOutputReader.read(line);
  }

  @Override
  public LineMark mark(String line) {
    return VllmLineMark.of(line, Instant.now(), ZoneId.systemDefault());
  }

  /** vLLM names the processes that compute ({@code VLLM::EngineCore}, {@code VLLM::Worker_TP0}). */
  @Override
  public boolean isVital(String command) {
    return command.startsWith("VLLM::");
  }

  @Override
  public Optional<Failure> diagnose(List<String> lines) {
    return VllmFailureClassifier.diagnose(lines).map(VllmFailureClassifier.Verdict::failure);
  }

  @Override
  public Failure explain(ServiceSpec spec, String doing, Evidence evidence) {
    return VllmFailureClassifier.explain(Subject.of(spec), doing, evidence).failure();
  }
}
