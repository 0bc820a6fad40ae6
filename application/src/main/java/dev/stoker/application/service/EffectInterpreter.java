package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.process.LaunchPlan;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the effects of one service's machine in the world. Called by the supervisor's thread, in
 * order; whatever may take time is handed to the scheduler and answers by an event.
 */
final class EffectInterpreter {
  private static final Logger log = LoggerFactory.getLogger(EffectInterpreter.class);
  private static final Duration SWEEP_LIMIT = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final Supplier<ServiceSpec> current;
  private final ServiceName name;
  private final StatusBoard board;
  private final DrivenPorts ports;
  private final ResourceLedger ledger;
  private final DeviceTable devices;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;
  private final InferenceProvider provider;
  private @Nullable Launch launch;
  private @Nullable StartWatch start;

  private final TrafficLedger traffic;
  private final Watches watches;
  private final LaunchGate gate;

  private EffectInterpreter(
      Supplier<ServiceSpec> current,
      StatusBoard board,
      DrivenPorts ports,
      ResourceLedger ledger,
      DeviceTable devices,
      GpuService gpus,
      TrafficLedger traffic,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell) {
    this.current = current;
    this.name = current.get().name();
    this.board = board;
    this.ports = ports;
    this.ledger = ledger;
    this.devices = devices;
    this.post = post;
    this.tell = tell;
    this.traffic = traffic;
    this.watches = new Watches(current, ports, traffic, post, this::note);
    this.provider = Objects.requireNonNull(ports.providers().get(current.get().provider()));
    this.gate = new LaunchGate(name, ports, ledger, devices, gpus, provider, post, this::note);
  }

  /** Makes one for each service. */
  static final class Factory {
    private final DrivenPorts ports;
    private final ResourceLedger ledger;
    private final DeviceTable devices;
    private final GpuService gpus;
    private final TrafficLedger traffic;

    @Inject
    Factory(
        DrivenPorts ports,
        ResourceLedger ledger,
        DeviceTable devices,
        GpuService gpus,
        TrafficLedger traffic) {
      this.traffic = traffic;
      this.ports = ports;
      this.ledger = ledger;
      this.devices = devices;
      this.gpus = gpus;
    }

    EffectInterpreter create(
        Supplier<ServiceSpec> current,
        StatusBoard board,
        Consumer<ServiceEvent> post,
        Consumer<ServiceNotice> tell) {
      return new EffectInterpreter(
          current, board, ports, ledger, devices, gpus, traffic, post, tell);
    }
  }

  void run(Effect effect) {
    switch (effect) {
      case Effect.LaunchProcess of -> launch(of.epoch());
      case Effect.CancelLaunch of -> gate.cancel(of.epoch());
      case Effect.Recover of -> recover(of.epoch());
      case Effect.WatchStart of -> {
        StartWatch begun = new StartWatch(launched(), ports, provider, devices, post, this::note);
        start = begun;
        begun.begin(of.epoch());
      }
      case Effect.Drain of -> drain(of.epoch());
      case Effect.CutRequests _ -> traffic.cut(name);
      case Effect.Terminate of -> terminate(launched(), of.process());
      case Effect.Sweep of -> sweep(of.epoch());
      case Effect.StartTimer of ->
          ports
              .scheduler()
              .schedule(
                  "timer-" + name,
                  of.delay(),
                  () -> post.accept(new ServiceEvent.TimerFired(of.epoch(), of.timer())));
      case Effect.WatchHealth of -> watchHealth(of.epoch());
      case Effect.CheckOnce of -> {
        HealthWatch once = new HealthWatch(of.epoch(), current, null, ports, post);
        elsewhere("health", () -> post.accept(new ServiceEvent.Checked(of.epoch(), once.probe())));
      }
      case Effect.EndWatch _ -> watches.end();
      case Effect.Settle of -> {
        if (of.settlement() instanceof Effect.Settlement.Down
            || of.settlement() instanceof Effect.Settlement.Unable) {
          gate.down();
        }
      }
    }
  }

  private void note(ServiceNotice notice) {
    board.note(notice);
    tell.accept(notice);
  }

  private void watchHealth(long epoch) {
    Launch watched = current.get().options().mode().ownsProcess() ? launch : null;
    if (watched != null) {
      watched.becameReady();
    }
    watches.begin(epoch, watched);
  }

  /** What an earlier Stoker wrote down of its last launch is looked at; older ones are swept. */
  private void recover(long epoch) {
    ServiceSpec spec = current.get();
    Optional<Recovery> found;
    try {
      ports.stateStore().service(name).ifPresent(gate::resume);
      found = Recovery.of(spec, ports);
    } catch (LifecycleException e) {
      Chronicle.error(name, e.failure());
      ports.scheduler().schedule("recover-" + name, BETWEEN_TRIES, () -> recover(epoch));
      return;
    }
    if (found.isEmpty()) {
      post.accept(new ServiceEvent.Broken(epoch));
      return;
    }
    Recovery recovery = found.get();
    Launch left = recovery.launch();
    follow(left, epoch);
    ledger.hold(left.spec().onPort(left.lease().port()), recovery.device());
    board.launching(left, devices);
    elsewhere("recover", () -> look(recovery, epoch));
  }

  private void look(Recovery found, long epoch) {
    Launch left = found.launch();
    Optional<ProcessIdentity> main = Optional.empty();
    try {
      found.older().forEach(this::discard);
      main = ports.processTrees().mainOf(left.lease());
    } catch (UncheckedIOException e) {
      // Such as too many open files: what cannot be looked at is neither kept nor ended.
      log.atError().setCause(e).addKeyValue("service", name).log("not looked at");
      ports.scheduler().schedule("recover-" + name, BETWEEN_TRIES, () -> look(found, epoch));
      return;
    }
    main.ifPresent(left.ends()::watchMain);
    post.accept(
        main.<ServiceEvent>map(
                process -> new ServiceEvent.Found(epoch, process, found.isCurrent(current.get())))
            .orElseGet(() -> new ServiceEvent.Broken(epoch)));
  }

  private void follow(Launch begun, long epoch) {
    Launch before = launch;
    if (before != null) {
      before.end();
    }
    begun.watchEnds(new LaunchEnds(epoch, begun, ports, devices, provider, post));
    new OutputKeeper(begun, ports).begin();
    launch = begun;
  }

  private Launch launched() {
    return Objects.requireNonNull(launch, "no launch");
  }

  private void elsewhere(String what, Runnable task) {
    ports.scheduler().execute(what + "-" + name, task);
  }

  /** On the supervisor's thread: the lease is durable and the launch known before what follows. */
  private void launch(long epoch) {
    ServiceSpec spec = current.get();
    try {
      EngineInfo engine = gate.pass(spec, epoch, launch == null);
      if (engine == null) {
        return;
      }
      String commit = gate.commit(spec);
      Launch begun = new LaunchPreparation(spec, ports, provider).prepare(epoch, engine, commit);
      follow(begun, epoch);
      board.launching(begun, devices);
      elsewhere("launch", () -> start(begun, ModelPin.at(spec, commit), engine, epoch));
    } catch (LifecycleException e) {
      post.accept(new ServiceEvent.NotLaunched(epoch, e.failure()));
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("service", name).log("launch not prepared");
      post.accept(new ServiceEvent.NotLaunched(epoch, new Internal(String.valueOf(e))));
    }
  }

  private void start(Launch prepared, ServiceSpec pinned, EngineInfo engine, long epoch) {
    Lease lease = prepared.lease();
    try {
      LaunchPlan plan = provider.plan(pinned, engine);
      prepared.madeWith(Circumstances.of(plan, engine, ports.hostFacts().driver()));
      var launched = ports.processLauncher().launch(plan, lease);
      prepared.update(each -> each.with(launched.process()));
      prepared.save(ports.stateStore());
      post.accept(new ServiceEvent.Launched(epoch, launched.process()));
      launched.exit().thenAccept(prepared.ends()::mainEnded);
    } catch (LifecycleException e) {
      discard(prepared);
      post.accept(new ServiceEvent.NotLaunched(epoch, e.failure()));
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("service", name).log("launch failed");
      discard(prepared);
      post.accept(new ServiceEvent.NotLaunched(epoch, new Internal(String.valueOf(e))));
    }
  }

  /** Undoes a launch that no process may have come of; what did come of it is ended. */
  private void discard(Launch prepared) {
    prepared.end();
    discard(prepared.lease());
  }

  private void discard(Lease lease) {
    try {
      ProcessTrees.Report report = ports.processTrees().sweep(lease, SWEEP_LIMIT);
      if (report.survivors().isEmpty()) {
        forget(lease);
      }
    } catch (RuntimeException e) {
      // The lease stays, so that the next Stoker looks; the machine still learns of the failure.
      log.atError().setCause(e).addKeyValue("service", name).log("launch not undone");
    }
  }

  private void drain(long epoch) {
    int open = traffic.open(name);
    if (open > 0) {
      String text =
          (open == 1 ? "1 request is" : open + " requests are")
              + " under way; up to "
              + current.get().policy().drain().toSeconds()
              + " s to finish ('stop' once more ends that)";
      note(new ServiceNotice.Remarked(name, ports.clock().instant(), text));
    }
    traffic.whenNone(name, () -> post.accept(new ServiceEvent.Drained(epoch)));
  }

  private void terminate(Launch ending, ProcessIdentity process) {
    ending.ends().expectEnd();
    if (start != null) {
      start.close();
    }
    watches.quiet();
    // The tree is looked at while it is whole: what it maps can be told only while it lives.
    elsewhere(
        "terminate",
        () -> {
          try {
            Observation.observe(ending, ports);
          } finally {
            ports.processTrees().terminate(process);
          }
        });
  }

  private void sweep(long epoch) {
    watches.end();
    Launch ending = launch;
    if (ending == null) {
      // Meant to be up by an earlier Stoker that never came to launch it.
      post.accept(new ServiceEvent.Swept(epoch, List.of()));
    } else {
      elsewhere("sweep", () -> sweep(ending, epoch));
    }
  }

  private void sweep(Launch ending, long epoch) {
    ending.end();
    try {
      ProcessTrees.Report report = ports.processTrees().sweep(ending.lease(), SWEEP_LIMIT);
      log.atInfo()
          .addKeyValue("service", name)
          .addKeyValue("killed", report.killed())
          .addKeyValue("survivors", report.survivors().size())
          .log("swept");
      if (!report.survivors().isEmpty()) {
        post.accept(new ServiceEvent.Swept(epoch, report.survivors()));
        return;
      }
      if (ending.usesDevices()) {
        DeviceProof.await(name, ports, report.gone(), gate.level(), () -> proven(ending, epoch));
      } else {
        proven(ending, epoch);
      }
    } catch (RuntimeException e) {
      // The machine waits for an answer: an unexpected failure must not leave it waiting for ever.
      log.atError().setCause(e).addKeyValue("service", name).log("sweep failed");
      post.accept(new ServiceEvent.Swept(epoch, List.of(unproven(ending, e))));
    }
  }

  /** Nothing of it is left, and its devices are free. */
  private void proven(Launch ended, long epoch) {
    forget(ended.lease());
    post.accept(new ServiceEvent.Swept(epoch, List.of()));
  }

  /** What was not looked at is not claimed gone. */
  private static Survivor unproven(Launch ending, RuntimeException problem) {
    ProcessIdentity process = ending.lease().process();
    return new Survivor(
        process == null ? new ProcessIdentity(1, 0, ending.lease().bootId()) : process,
        "not looked at: " + problem.getMessage(),
        '?',
        "");
  }

  private void forget(Lease lease) {
    ports.runFolders().remove(lease.folder());
    try {
      ports.stateStore().removeLease(lease.service(), lease.epoch());
    } catch (LifecycleException e) {
      Chronicle.error(name, e.failure());
    }
  }
}
