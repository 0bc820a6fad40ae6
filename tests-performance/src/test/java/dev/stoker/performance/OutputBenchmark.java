package dev.stoker.performance;

import com.sun.net.httpserver.HttpServer;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.ServerOutput.Cursor;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What is read of a server, through the ports as the daemon does: its output and its counters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OutputBenchmark {
  private static final Path RESOURCES =
      Path.of(System.getProperty("stoker.root", ".."))
          .resolve("infrastructure/src/test/resources/dev/stoker/infrastructure");
  private static final Path LOGS = RESOURCES.resolve("provider/vllm/logs");
  private static final int STARTS = 200;

  private Path folder = Path.of("");
  private Path starts = Path.of("");
  private List<String> failed = List.of();
  private DrivenPorts ports;
  private InferenceProvider provider;
  private HttpServer server;

  public OutputBenchmark() {}

  /** Many real starts in one file, a real failure, and a server that tells real counters. */
  @Setup
  public void prepare() throws IOException {
    folder = Files.createTempDirectory("output-benchmark");
    ports =
        Infrastructure.create(
            new Settings(Map.of("STOKER_HOME", folder.toString()), folder, folder));
    provider = ports.providers().get("vllm");
    starts = folder.resolve("starts.log");
    Files.writeString(starts, Files.readString(LOGS.resolve("normal.log")).repeat(STARTS));
    failed = Files.readString(LOGS.resolve("truncated-shard.log")).lines().toList();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    answer("/metrics", Files.readAllBytes(RESOURCES.resolve("http/metrics-vllm-0.32.0-cpu.txt")));
    answer("/health", new byte[0]);
    answer(
        "/v1/models",
        "{\"object\": \"list\", \"data\": [{\"id\": \"demo\"}]}"
            .getBytes(StandardCharsets.US_ASCII));
    server.start();
  }

  private void answer(String path, byte[] body) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          if (body.length > 0) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
  }

  private Port port() {
    return new Port(server.getAddress().getPort());
  }

  /** Nothing is left. */
  @TearDown
  public void end() throws IOException {
    server.stop(0);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Reads all lines, and what each says of the start. */
  @Benchmark
  public void output(Blackhole signs) {
    read(line -> signs.consume(provider.read(line)));
  }

  private int read(Consumer<String> each) {
    Cursor cursor = ports.serverOutput().open(starts);
    int lines = 0;
    long before = -1;
    while (cursor.position() > before) {
      before = cursor.position();
      List<String> part = cursor.next();
      part.forEach(each);
      lines += part.size();
    }
    return lines;
  }

  /** {@return what is wrong in the whole output of a start that failed} */
  @Benchmark
  public Optional<Failure> failure() {
    return provider.diagnose(failed);
  }

  /** {@return the counters, asked for over loopback} */
  @Benchmark
  public EngineSample metrics() {
    return ports.engineMetrics().sample(port());
  }

  /** {@return the outcome of a health check: two requests over loopback (NFR-003)} */
  @Benchmark
  public HealthCheckResult healthCheck() {
    return ports.healthProbe().check(port(), "demo");
  }

  /** Runs it in a JVM of its own. */
  static void add(ResultTable table) throws RunnerException, IOException {
    OutputBenchmark counted = new OutputBenchmark();
    counted.prepare();
    int lines = counted.read(_ -> {});
    counted.end();
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(OutputBenchmark.class.getSimpleName())
                    .forks(1)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.milliseconds(500))
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    for (RunResult result : results) {
      double micros = result.getPrimaryResult().getScore();
      switch (result.getPrimaryResult().getLabel()) {
        case "output" -> table.add("a line of output read", 5, "us", micros / lines);
        case "failure" ->
            table.add("a failed start explained, its whole output", 20, "ms", micros / 1000);
        case "healthCheck" -> table.add("a health check, over loopback", 100, "ms", micros / 1000);
        case "metrics" -> table.add("the engine's counters read, over loopback", 0, "us", micros);
        default -> throw new IllegalStateException(result.getPrimaryResult().getLabel());
      }
    }
  }
}
