package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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

  private final Supplier<ServiceSpec> current;
  private final ServiceName name;
  private final StatusBoard board;
  private final DrivenPorts ports;
  private final ResourceLedger ledger;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;
  private final InferenceProvider provider;
  private @Nullable Launch launch;

  /** The launch that waits for its devices, 0 for none; it may be cancelled. */
  private long waiting;

  private EffectInterpreter(
      Supplier<ServiceSpec> current,
      StatusBoard board,
      DrivenPorts ports,
      ResourceLedger ledger,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell) {
    this.current = current;
    this.name = current.get().name();
    this.board = board;
    this.ports = ports;
    this.ledger = ledger;
    this.post = post;
    this.tell = tell;
    this.provider = Objects.requireNonNull(ports.providers().get(current.get().provider()));
  }

  /** Makes one for each service. */
  static final class Factory {
    private final DrivenPorts ports;
    private final ResourceLedger ledger;

    @Inject
    Factory(DrivenPorts ports, ResourceLedger ledger) {
      this.ports = ports;
      this.ledger = ledger;
    }

    EffectInterpreter create(
        Supplier<ServiceSpec> current,
        StatusBoard board,
        Consumer<ServiceEvent> post,
        Consumer<ServiceNotice> tell) {
      return new EffectInterpreter(current, board, ports, ledger, post, tell);
    }
  }

  void run(Effect effect) {
    switch (effect) {
      case Effect.LaunchProcess of -> launch(of.epoch());
      case Effect.CancelLaunch of -> cancel(of.epoch());
      case Effect.WatchStart of ->
          new StartWatch(launched(), ports, provider, post, tell).begin(of.epoch());
      case Effect.Terminate of -> terminate(launched(), of.process());
      case Effect.Sweep of -> {
        Launch ending = launched();
        elsewhere("sweep", () -> sweep(ending, of.epoch()));
      }
      case Effect.StartTimer of ->
          ports
              .scheduler()
              .schedule(
                  "timer-" + name,
                  of.delay(),
                  () -> post.accept(new ServiceEvent.TimerFired(of.epoch(), of.timer())));
      case Effect.WatchHealth of -> watchHealth(of.epoch());
      case Effect.Settle _ -> throw new IllegalStateException("the supervisor settles");
    }
  }

  private void watchHealth(long epoch) {
    Launch watched = launch;
    if (watched == null) {
      // Not our process: looked at once, when it is asked for.
      elsewhere("health", () -> post.accept(new ServiceEvent.Checked(epoch, check())));
    } else {
      watched.becameReady();
      new HealthWatch(current, watched, ports, post).beginNow(epoch);
    }
  }

  private HealthCheckResult check() {
    ServiceSpec spec = current.get();
    return ports.healthProbe().check(spec.options().port(), spec.model().servedName());
  }

  private Launch launched() {
    return Objects.requireNonNull(launch, "no launch");
  }

  private void elsewhere(String what, Runnable task) {
    ports.scheduler().execute(what + "-" + name, task);
  }

  /**
   * On the supervisor's thread: the lease is durable and the launch known before anything follows.
   * Where the devices' last holder is still on its way down, it is asked again when that is over.
   */
  private void launch(long epoch) {
    ServiceSpec spec = current.get();
    try {
      EngineInfo engine = provider.select(spec.engine());
      CompletableFuture<Void> holderGone = ledger.claim(spec, engine);
      if (holderGone != null) {
        waiting = epoch;
        log.atInfo().addKeyValue("service", name).log("waits until its port and devices are free");
        var _ = holderGone.thenRun(() -> post.accept(new ServiceEvent.DevicesFree(epoch)));
        return;
      }
      waiting = 0;
      Launch prepared = new LaunchPreparation(spec, ports, provider).prepare(epoch, engine);
      launch = prepared;
      board.launching(prepared.engine(), prepared.lease().log());
      elsewhere("launch", () -> start(prepared, epoch));
    } catch (LifecycleException e) {
      post.accept(new ServiceEvent.NotLaunched(epoch, e.failure()));
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("service", name).log("launch not prepared");
      post.accept(new ServiceEvent.NotLaunched(epoch, new Internal(String.valueOf(e))));
    }
  }

  private void cancel(long epoch) {
    if (waiting == epoch) {
      waiting = 0;
      post.accept(new ServiceEvent.NotLaunched(epoch, new Cancelled("it was stopped")));
    }
  }

  private void start(Launch prepared, long epoch) {
    Lease lease = prepared.lease();
    ServiceSpec spec = prepared.spec();
    try {
      var launched = ports.processLauncher().launch(provider.plan(spec, prepared.engine()), lease);
      Lease completed = lease.with(launched.process());
      prepared.update(completed);
      ports.stateStore().updateLease(completed);
      post.accept(new ServiceEvent.Launched(epoch, launched.process()));
      launched
          .exit()
          .thenAccept(
              status ->
                  elsewhere(
                      "exit",
                      () ->
                          post.accept(
                              ExitReport.of(epoch, status, spec, prepared, ports, provider))));
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
    try {
      ProcessTrees.Report report = ports.processTrees().sweep(prepared.lease(), SWEEP_LIMIT);
      if (report.survivors().isEmpty()) {
        forget(prepared.lease());
      }
    } catch (RuntimeException e) {
      // The lease stays, so that the next Stoker looks; the machine still learns of the failure.
      log.atError().setCause(e).addKeyValue("service", name).log("launch not undone");
    }
  }

  private void terminate(Launch ending, ProcessIdentity process) {
    // The tree is looked at while it is whole: what it maps can be told only while it lives.
    elsewhere(
        "terminate",
        () -> {
          Observation.observe(ending, ports);
          ports.processTrees().terminate(process);
        });
  }

  private void sweep(Launch ending, long epoch) {
    ending.end();
    List<Survivor> survivors;
    try {
      ProcessTrees.Report report = ports.processTrees().sweep(ending.lease(), SWEEP_LIMIT);
      survivors = report.survivors();
      log.atInfo()
          .addKeyValue("service", name)
          .addKeyValue("killed", report.killed())
          .addKeyValue("survivors", survivors.size())
          .log("swept");
      if (survivors.isEmpty()) {
        forget(ending.lease());
      }
    } catch (RuntimeException e) {
      // The machine waits for an answer: an unexpected failure must not leave it waiting for ever.
      log.atError().setCause(e).addKeyValue("service", name).log("sweep failed");
      ProcessIdentity process = ending.lease().process();
      survivors =
          process == null
              ? List.of()
              : List.of(new Survivor(process, "unknown: " + e.getMessage(), '?', ""));
    }
    post.accept(new ServiceEvent.Swept(epoch, survivors));
  }

  private void forget(Lease lease) {
    ports.runFolders().remove(lease.folder());
    try {
      ports.stateStore().removeLease(lease.service(), lease.epoch());
    } catch (LifecycleException e) {
      TransitionLog.error(name, e.failure());
    }
  }
}
