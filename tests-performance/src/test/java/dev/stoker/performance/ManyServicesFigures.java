package dev.stoker.performance;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeWorld;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One to a thousand services that run and that nobody asks anything of, in a world of stand-ins on
 * virtual time: processor time by the time that passes there, and memory, stand-ins included.
 */
final class ManyServicesFigures {
  private static final List<Integer> NUMBERS = List.of(1, 10, 100, 1000);
  private static final Duration WATCHED = Duration.ofMinutes(10);
  private static final int ROUNDS = 5;
  private static final int FIRST_PORT = 10_000;

  private ManyServicesFigures() {}

  static void add(ResultTable table) {
    List<List<String>> rows = new ArrayList<>();
    for (int services : NUMBERS) {
      Cost cost = measure(services);
      rows.add(
          List.of(
              Integer.toString(services),
              String.format(Locale.ROOT, "%.3f %%", median(cost.share())),
              String.format(Locale.ROOT, "%.0f kB", cost.kilobytes())));
      if (services == NUMBERS.getLast()) {
        double[] share = cost.share().stream().mapToDouble(Double::doubleValue).toArray();
        table.add("1,000 simulated services, idle: of one core", 3, "%", share);
        table.add("  live heap of each, its stand-in included", 50, "kB", cost.kilobytes());
      }
    }
    table.curve("Services", List.of("services, idle", "of one core", "live heap of each"), rows);
  }

  /**
   * What they cost.
   *
   * @param share of one core, in percent, in each round
   * @param kilobytes of live heap for each service
   */
  private record Cost(List<Double> share, double kilobytes) {}

  private static Cost measure(int services) {
    long before = liveHeap();
    FakeWorld world = new FakeWorld();
    UseCases stoker = world.begin();
    for (int i = 0; i < services; i++) {
      ServiceName name = new ServiceName("s" + i);
      var _ = stoker.orchestrator().define(spec(name, i));
      var _ = stoker.orchestrator().start(name);
    }
    world.advance(Duration.ofMinutes(5));
    long running =
        stoker.orchestrator().statuses().stream()
            .filter(status -> status.state() == ServiceState.RUNNING)
            .count();
    if (running != services) {
      throw new IllegalStateException(running + " run");
    }
    world.advance(WATCHED);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<Double> share = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      long began = threads.getCurrentThreadCpuTime();
      world.advance(WATCHED);
      share.add(100.0 * (threads.getCurrentThreadCpuTime() - began) / WATCHED.toNanos());
    }
    double kilobytes = (liveHeap() - before) / 1000.0 / services;
    if (stoker.orchestrator().statuses().size() != services) {
      throw new IllegalStateException("measured without them");
    }
    return new Cost(share, kilobytes);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static ServiceSpec spec(ServiceName name, int number) {
    return new ServiceSpec(
        name,
        "vllm",
        new HubModel(new ModelId("org/" + name)),
        null,
        List.of(),
        VllmLifecycleOptions.from(Map.of("port", Integer.toString(FIRST_PORT + number))));
  }

  private static long liveHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
