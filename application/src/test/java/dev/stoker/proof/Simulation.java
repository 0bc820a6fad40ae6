package dev.stoker.proof;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.FlagRejected;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.FakeServer;
import dev.stoker.testing.FakeServer.Behaviour;
import dev.stoker.testing.FakeWorld;
import dev.stoker.testing.ServerObserver;
import dev.stoker.testing.StokerKilled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The whole of Stoker's application, on one thread and in virtual time, with three services in a
 * world that does what a seed says: servers die, hang and leave children, disks fill, clocks jump,
 * the machine sleeps, strangers take ports, files change, and Stoker is killed at any touch of the
 * world. The same seed does the same.
 */
final class Simulation {
  private static final List<ServiceName> NAMES =
      List.of(new ServiceName("a"), new ServiceName("b"), new ServiceName("c"));
  private static final Duration QUIET = Duration.ofMinutes(20);

  private final FakeWorld world = new FakeWorld();
  private final Map<ServiceName, Monitor> monitors = new HashMap<>();
  private final Set<ServiceName> asked = new HashSet<>();
  private final Map<ServiceName, String> modes = new HashMap<>();
  private final Map<ServiceName, Duration> modeSince = new HashMap<>();
  private final Map<ServiceName, Integer> ports = new TreeMap<>();
  private final Map<String, Integer> sometimes;
  private final List<Wait> waits = new ArrayList<>();
  private final Map<ServiceName, Lease> living = new LinkedHashMap<>();
  private @Nullable UseCases stoker;
  private int touchesUntilKilled = Integer.MAX_VALUE;

  private record Wait(ServiceName name, String what, CompletableFuture<ServiceStatus> future) {}

  Simulation(Map<String, Integer> sometimes) {
    this.sometimes = sometimes;
    int port = 8000;
    for (ServiceName name : NAMES) {
      monitors.put(name, Monitor.fresh());
      modes.put(name, "managed");
      modeSince.put(name, Duration.ZERO);
      ports.put(name, port++);
    }
    world.machine().setPids(18);
    world.machine().setFate(this::touch);
    world.store().setFate(this::touch);
    world.machine().observe(new Observer());
    world.gpus().canTell();
  }

  private void touch(String point) {
    if (--touchesUntilKilled <= 0) {
      touchesUntilKilled = Integer.MAX_VALUE;
      some("killed " + point);
      throw new StokerKilled(point);
    }
  }

  private void some(String what) {
    sometimes.merge(what, 1, Integer::sum);
  }

  /** What truly happens is told to the monitors. */
  private final class Observer implements ServerObserver {
    @Override
    public void launched(Lease lease) {
      ServiceName name = lease.service();
      boolean byItself = !asked.remove(name);
      for (Lease other : living.values()) {
        if (other.port().equals(lease.port())) {
          throw new BrokenInvariant("D1", "two servers on port " + lease.port());
        }
      }
      boolean lately =
          world.time().uptime().minus(modeSince.get(name)).compareTo(Duration.ofSeconds(5)) < 0;
      if (!"managed".equals(modes.get(name)) && !lately) {
        throw new BrokenInvariant("D6", "'" + name + "' is launched in mode " + modes.get(name));
      }
      // Whether it became ready in between is not always seen from here: the explorer counts that.
      change(name, monitor -> monitor.launched(byItself, true, world.time().uptime()));
      living.put(name, lease);
      some(byItself ? "restarted by itself" : "launched when asked");
    }

    @Override
    public void gone(Lease lease) {
      change(lease.service(), Monitor::gone);
      living.remove(lease.service());
    }

    @Override
    public void signalled(Lease lease) {
      change(lease.service(), Monitor::signalled);
    }
  }

  private void change(ServiceName name, UnaryOperator<Monitor> fact) {
    monitors.computeIfPresent(name, (_, monitor) -> fact.apply(monitor));
  }

  /**
   * Does all of it, then lets the world be kind, and looks whether everything settles.
   *
   * @throws BrokenInvariant when an invariant does not hold
   */
  void run(List<Scenario.Action> actions) {
    world.machine().behave(Scenario.quick(Behaviour.normal()));
    begin();
    for (Scenario.Action action : actions) {
      act(action);
    }
    settle();
  }

  /** {@return how many tasks of Stoker were run} */
  long steps() {
    return world.time().tasks();
  }

  private void begin() {
    stoker = world.begin();
    waits.clear();
    asked.clear();
    guarded(() -> NAMES.forEach(this::define));
  }

  /** Stoker may be killed at any touch: then the next one begins. */
  private void guarded(Runnable what) {
    try {
      what.run();
    } catch (StokerKilled e) {
      begin();
    }
  }

  private void define(ServiceName name) {
    Map<String, String> texts =
        Map.of(
            "port", ports.get(name).toString(),
            "lifecycle.mode", modes.get(name),
            // Of its own: that what one holds is another's to wait for is tested elsewhere.
            "gpu.devices", Integer.toString(ports.get(name) - 8000));
    stoker()
        .orchestrator()
        .define(
            new ServiceSpec(
                name,
                "vllm",
                new HubModel(new ModelId("org/" + name)),
                null,
                List.of(),
                VllmLifecycleOptions.from(texts)));
  }

  private UseCases stoker() {
    return Objects.requireNonNull(stoker);
  }

  private void time(Duration duration) {
    guarded(() -> world.advance(duration));
    lookAround();
  }

  private void act(Scenario.Action action) {
    SplittableRandom random = new SplittableRandom(action.chance());
    ServiceName name = NAMES.get(random.nextInt(NAMES.size()));
    UseCases now = stoker();
    switch (action.kind()) {
      case "time" -> time(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 3000 : 90_000)));
      case "start" -> {
        byHand(name);
        ask(name, "start", now.orchestrator().start(name));
      }
      case "restart" -> {
        byHand(name);
        ask(name, "restart", now.orchestrator().restart(name));
      }
      case "ensure" -> {
        asked.add(name);
        ask(name, "ensure", now.orchestrator().ensureHealthy(name));
      }
      case "stop" -> {
        change(name, Monitor::blamed);
        ask(name, "stop", now.orchestrator().stop(name));
      }
      case "cancel" -> waits.forEach(wait -> wait.future().cancel(false));
      case "death" ->
          server(
              random,
              server -> server.end(FakeServer.ENDS.get(random.nextInt(FakeServer.ENDS.size()))));
      case "engine-death" -> server(random, FakeServer::endEngine);
      case "hang" -> hang(random);
      case "behave" -> world.machine().behave(Scenario.behaviour(random));
      case "kill" -> {
        some("killed in between");
        begin();
      }
      case "kill-at-touch" -> touchesUntilKilled = 1 + random.nextInt(12);
      case "disk" -> world.store().setFull(random.nextBoolean());
      case "clock" -> world.time().setClock(Duration.ofSeconds(random.nextInt(-100_000, 100_000)));
      case "sleep" -> {
        world.time().sleep(Duration.ofSeconds(random.nextInt(100_000)));
        some("slept");
      }
      case "stranger" -> {
        Port port = new Port(8000 + random.nextInt(4));
        boolean free = living.values().stream().noneMatch(each -> each.port().equals(port));
        if (free && random.nextBoolean()) {
          some("a stranger takes a port");
          world.machine().network().occupy(port, new PortHolder(7, "stranger"));
        } else {
          world.machine().network().leave(port);
        }
      }
      case "mode" -> changeMode(name, random);
      case "launchable" -> world.machine().setLaunchable(random.nextBoolean());
      case "pointless" ->
          world
              .provider()
              .explainAs(random.nextBoolean() ? new FlagRejected("--x", Evidence.none()) : null);
      case "gpu" ->
          server(
              random,
              server -> {
                some("a GPU lags");
                world.gpus().lag(server.pid(), random.nextBoolean());
              });
      default -> throw new IllegalStateException(action.kind());
    }
    guarded(() -> world.advance(Duration.ZERO));
    lookAround();
  }

  /** Some hangs show in health checks, others only in that no work is done. */
  private void hang(SplittableRandom random) {
    server(
        random,
        server -> {
          if (random.nextBoolean()) {
            server.setHealthy(random.nextInt(3) == 0);
          } else {
            server.setRunning(random.nextInt(3));
            server.setHanging(random.nextInt(3) > 0);
          }
        });
  }

  private void byHand(ServiceName name) {
    asked.add(name);
    if ("managed".equals(modes.get(name))) {
      change(name, Monitor::startedByHand);
    }
  }

  private void ask(ServiceName name, String what, CompletableFuture<ServiceStatus> future) {
    waits.add(new Wait(name, what, future));
  }

  private void changeMode(ServiceName name, SplittableRandom random) {
    modes.put(name, List.of("managed", "monitored", "external").get(random.nextInt(3)));
    modeSince.put(name, world.time().uptime());
    change(name, Monitor::blamed);
    some("mode " + modes.get(name));
    guarded(() -> define(name));
  }

  private void server(SplittableRandom random, Consumer<FakeServer> act) {
    List<FakeServer> all = world.machine().present();
    if (!all.isEmpty()) {
      FakeServer server = all.get(random.nextInt(all.size()));
      change(server.service(), Monitor::blamed);
      act.accept(server);
    }
  }

  /** What people see is compared with what is. */
  private void lookAround() {
    List<Wait> done = new ArrayList<>();
    for (Wait wait : waits) {
      if (!wait.future().isDone()) {
        continue;
      }
      done.add(wait);
      boolean well = !wait.future().isCompletedExceptionally();
      if (well && wait.what().equals("stop")) {
        boolean overtaken =
            waits.stream()
                .skip(waits.indexOf(wait) + 1L)
                .anyMatch(
                    later ->
                        later.name().equals(wait.name())
                            && (later.what().equals("start") || later.what().equals("restart")));
        if (!overtaken && state(wait.name()) == ServiceState.STOPPED) {
          change(wait.name(), Monitor::stopAcknowledged);
          some("stop acknowledged");
        }
      }
    }
    waits.removeAll(done);
    for (ServiceName name : NAMES) {
      ServiceState state = state(name);
      some("seen " + state.printed());
      if (state == ServiceState.STOPPED) {
        change(name, Monitor::saysDown);
      }
      FakeServer server = world.machine().of(name);
      boolean good = state == ServiceState.RUNNING && server != null && server.isWell();
      if (good) {
        asked.remove(name);
        change(name, Monitor::ready);
      }
    }
  }

  private ServiceState state(ServiceName name) {
    try {
      return stoker().orchestrator().status(name).state();
    } catch (LifecycleException e) {
      return ServiceState.UNKNOWN;
    }
  }

  private void settle() {
    touchesUntilKilled = Integer.MAX_VALUE;
    world.store().setFull(false);
    world.machine().setLaunchable(true);
    world.machine().behave(Scenario.quick(Behaviour.normal()));
    world.machine().present().forEach(FakeServer::setKillable);
    world.gpus().lagNoMore();
    for (int port = 8000; port < 8004; port++) {
      world.machine().network().leave(new Port(port));
    }
    time(QUIET);
    time(QUIET);
    for (ServiceName name : NAMES) {
      ServiceState state = state(name);
      boolean settled =
          state == ServiceState.RUNNING
              || state == ServiceState.STOPPED
              || state == ServiceState.FAILED
              || !"managed".equals(modes.get(name));
      if (!settled) {
        throw new BrokenInvariant("D5", "'" + name + "' does not settle: " + state.printed());
      }
      FakeServer server = world.machine().of(name);
      boolean well = server != null && server.isWell();
      if (state == ServiceState.RUNNING && !well && !mayBeUnwell(name)) {
        throw new BrokenInvariant("D5", "'" + name + "' is said to run and does not");
      }
    }
    if (!waits.isEmpty()) {
      throw new BrokenInvariant("D4", "these wait for ever: " + waits);
    }
  }

  /**
   * One that is assumed to be there is looked at only when it is needed; one that somebody else
   * owns is not restarted when it hangs, but said to.
   */
  private boolean mayBeUnwell(ServiceName name) {
    return switch (String.valueOf(modes.get(name))) {
      case "external" -> true;
      case "monitored" -> !stoker().orchestrator().status(name).doubt().isEmpty();
      default -> false;
    };
  }
}
