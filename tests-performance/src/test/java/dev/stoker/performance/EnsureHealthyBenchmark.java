package dev.stoker.performance;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What a caller pays before each use of a service that runs (FR-015): every request does it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EnsureHealthyBenchmark {
  private static final ServiceName NAME = new ServiceName("a");

  private final UseCases stoker;

  /** A service that runs, in a world of stand-ins. */
  public EnsureHealthyBenchmark() {
    FakeWorld world = new FakeWorld();
    stoker = world.begin();
    var _ =
        stoker
            .orchestrator()
            .define(
                new ServiceSpec(
                    NAME,
                    "vllm",
                    new HubModel(new ModelId("org/a")),
                    null,
                    List.of(),
                    VllmLifecycleOptions.from(Map.of())));
    CompletableFuture<ServiceStatus> started = stoker.orchestrator().start(NAME);
    world.advance(Duration.ofSeconds(60));
    started.join();
  }

  /** {@return the future, which is completed} */
  @Benchmark
  public CompletableFuture<ServiceStatus> ensureHealthy() {
    return stoker.orchestrator().ensureHealthy(NAME);
  }

  /** Runs it in a JVM of its own. */
  static void add(ResultTable table) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(EnsureHealthyBenchmark.class.getSimpleName())
                    .forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.milliseconds(500))
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    for (RunResult result : results) {
      table.add(
          "ensureHealthy of a running service, in process",
          1000,
          "ns",
          result.getPrimaryResult().getScore());
      // An object of three words: the future, and nothing else.
      table.add(
          "  allocated by it",
          25,
          "B",
          result.getSecondaryResults().get("gc.alloc.rate.norm").getScore());
    }
  }
}
