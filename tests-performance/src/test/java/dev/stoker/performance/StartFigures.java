package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What Stoker adds to a start: the same command launched bare and by Stoker, in turns, until the
 * same requests are answered; on the practice engine, whose phases always take the same time, and
 * with {@code -Dreal.pairs=N} beside it on the real vLLM that is installed.
 */
final class StartFigures {
  private static final int PAIRS = 20;
  private static final int RESTARTS = 3;

  /** Before a restart (FR-033). */
  private static final int WAIT_MILLIS = 2000;

  private static final int QUESTIONS = 2000;
  private final Path folder;

  StartFigures(Path folder) {
    this.folder = folder;
  }

  void add(ResultTable table) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    // Where people's own engines are.
    Path home = Path.of(System.getProperty("user.home"));
    DrivenPorts own = Infrastructure.create(new Settings(System.getenv(), folder, home));
    environment.put("STOKER_HOME", folder.resolve("home3").toString());
    DrivenPorts ports = Infrastructure.create(new Settings(environment, folder, folder));
    UseCases stoker = Application.wire(ports);
    stoker.home().take("performance");
    try {
      addPractice(table, ports, stoker);
      int real = Integer.getInteger("real.pairs", 0);
      if (real > 0) {
        addReal(table, ports, stoker, real, installed(Application.wire(own)));
      }
    } finally {
      stoker.home().giveBack();
    }
  }

  private static String installed(UseCases stoker) {
    return stoker.engines().engines().stream()
        .filter(engine -> engine.owned() && engine.device().equals("cpu"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("first: ./stoker engine install vllm"))
        .python()
        .toString();
  }

  private static ServiceSpec defined(UseCases stoker, String engine)
      throws IOException, InterruptedException {
    Map<String, String> flags =
        Map.of("model", "demo", "engine", engine, "port", UpFigures.freePort());
    ServiceSpec spec =
        Objects.requireNonNull(
            stoker.configuration().read(new Request(null, "demo", flags, List.of())).service());
    stoker.orchestrator().define(spec).join();
    return spec;
  }

  private void addReal(
      ResultTable table, DrivenPorts ports, UseCases stoker, int pairs, String engine)
      throws IOException, InterruptedException {
    ServiceSpec spec = defined(stoker, engine);
    double[] added = new double[pairs];
    double[] alone = new double[pairs];
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int i = 0; i < pairs; i++) {
        alone[i] = bare(ports, spec, client);
        added[i] = start(stoker, spec.name()) - alone[i];
      }
    } finally {
      stoker.orchestrator().stop(spec.name()).join();
    }
    table.add("  real vLLM on this processor: its own start, bare", 0, "ms", alone);
    table.add("  real vLLM: time added, beside its own spread", 0, "ms", added);
  }

  private void addPractice(ResultTable table, DrivenPorts ports, UseCases stoker)
      throws IOException, InterruptedException {
    ServiceSpec spec = defined(stoker, "practice");
    ServiceName name = spec.name();
    double[] added = new double[PAIRS];
    double[] alone = new double[PAIRS];
    double[] again = new double[RESTARTS];
    double[] asked = new double[QUESTIONS];
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      table.add("first need of a service to ready, lazily", 30_000, "ms", firstNeed(stoker, name));
      for (int i = 0; i < PAIRS; i++) {
        alone[i] = bare(ports, spec, client);
        added[i] = start(stoker, name) - alone[i];
      }
      Arrays.sort(alone);
      for (int i = 0; i < RESTARTS; i++) {
        again[i] = restart(stoker, name) - WAIT_MILLIS - alone[PAIRS / 2];
      }
      stoker.orchestrator().start(name).join();
      for (int i = 0; i < QUESTIONS; i++) {
        long began = System.nanoTime();
        stoker.orchestrator().ensureHealthy(name).join();
        asked[i] = (System.nanoTime() - began) / 1e6;
      }
    } finally {
      stoker.orchestrator().stop(name).join();
    }
    table.add("time added to a start, launch to ready", 100, "ms", added);
    table.add("  practice engine: its own start, bare", 0, "ms", alone);
    table.add("restart beyond its wait and the server's own start", 100, "ms", again);
    table.add("ensureHealthy of a running service", 50, "ms", asked);
  }

  /** {@return milliseconds from the first need of what was never started to ready} */
  private static double firstNeed(UseCases stoker, ServiceName name) {
    long began = System.nanoTime();
    stoker.orchestrator().ensureHealthy(name).join();
    double took = (System.nanoTime() - began) / 1e6;
    stoker.orchestrator().stop(name).join();
    return took;
  }

  /** {@return milliseconds from the wish to ready} */
  private static double start(UseCases stoker, ServiceName name) {
    long began = System.nanoTime();
    ServiceStatus status = stoker.orchestrator().start(name).join();
    double took = (System.nanoTime() - began) / 1e6;
    Objects.requireNonNull(status.pid());
    stoker.orchestrator().stop(name).join();
    return took;
  }

  /** {@return milliseconds from the crash that was seen to ready again} */
  private static double restart(UseCases stoker, ServiceName name) {
    CompletableFuture<Long> crashed = new CompletableFuture<>();
    CompletableFuture<Long> ready = new CompletableFuture<>();
    Long pid = Objects.requireNonNull(stoker.orchestrator().start(name).join().pid());
    try (var _ =
        stoker
            .orchestrator()
            .listen(
                notice -> {
                  if (notice instanceof ServiceNotice.Changed changed) {
                    if (changed.to() == ServiceState.CRASHED) {
                      crashed.complete(System.nanoTime());
                    } else if (changed.to() == ServiceState.RUNNING) {
                      ready.complete(System.nanoTime());
                    }
                  }
                })) {
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      return (ready.join() - crashed.join()) / 1e6;
    } finally {
      stoker.orchestrator().stop(name).join();
    }
  }

  private double bare(DrivenPorts ports, ServiceSpec spec, HttpClient client)
      throws IOException, InterruptedException {
    InferenceProvider provider = Objects.requireNonNull(ports.providers().get("vllm"));
    provider.preflight(spec);
    LaunchPlan plan = provider.plan(spec, provider.select(spec.engine()));
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(plan.command());
    Path temporary = Files.createDirectories(folder.resolve("bare"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("bare.log").toFile());
    builder.environment().clear();
    builder.environment().putAll(plan.environment());
    builder.environment().put("TMPDIR", temporary.toString());
    long began = System.nanoTime();
    Process process = builder.start();
    try {
      String url = "http://127.0.0.1:" + spec.options().port();
      while (!isHealthy(client, url)) {
        if (!process.isAlive()) {
          throw new IllegalStateException(Files.readString(folder.resolve("bare.log")));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      answered(client, HttpRequest.newBuilder(URI.create(url + "/v1/models")).build());
      answered(
          client,
          HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"model\": \"demo\", \"prompt\": \"x\", \"max_tokens\": 1}"))
              .build());
      return (System.nanoTime() - began) / 1e6;
    } finally {
      end(process);
    }
  }

  private static void answered(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  /** A server that does not end when it is told to is ended with its whole session. */
  private static void end(Process process) throws IOException, InterruptedException {
    process.toHandle().destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      String session = Long.toString(process.pid());
      new ProcessBuilder("pkill", "-KILL", "-s", session).start().waitFor();
      process.waitFor();
    }
  }

  private static boolean isHealthy(HttpClient client, String url) throws InterruptedException {
    try {
      return client
              .send(
                  HttpRequest.newBuilder(URI.create(url + "/health")).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
