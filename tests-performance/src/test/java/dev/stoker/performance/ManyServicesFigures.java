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
import java.util.List;
import java.util.Map;

/**
 * A thousand services that run and that nobody asks anything of, in a world of stand-ins on virtual
 * time: processor time by the time that passes there, and memory, stand-ins included.
 */
final class ManyServicesFigures {
  private static final int SERVICES = 1000;
  private static final Duration WATCHED = Duration.ofMinutes(10);
  private static final int FIRST_PORT = 10_000;

  private ManyServicesFigures() {}

  static void add(ResultTable table) {
    long before = liveHeap();
    FakeWorld world = new FakeWorld();
    UseCases stoker = world.begin();
    for (int i = 0; i < SERVICES; i++) {
      ServiceName name = new ServiceName("s" + i);
      var _ = stoker.orchestrator().define(spec(name, i));
      var _ = stoker.orchestrator().start(name);
    }
    world.advance(Duration.ofMinutes(5));
    long running =
        stoker.orchestrator().statuses().stream()
            .filter(status -> status.state() == ServiceState.RUNNING)
            .count();
    if (running != SERVICES) {
      throw new IllegalStateException(running + " run");
    }
    world.advance(WATCHED);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] share = new double[5];
    for (int i = 0; i < share.length; i++) {
      long began = threads.getCurrentThreadCpuTime();
      world.advance(WATCHED);
      share[i] = 100.0 * (threads.getCurrentThreadCpuTime() - began) / WATCHED.toNanos();
    }
    double kilobytes = (liveHeap() - before) / 1000.0 / SERVICES;
    table.add("1,000 simulated services, idle: of one core", 3, "%", share);
    table.add("  live heap of each, its stand-in included", 50, "kB", kilobytes);
    if (stoker.orchestrator().statuses().size() != SERVICES) {
      throw new IllegalStateException("measured without them");
    }
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
