package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.failure.StokerFailure.LeftoverServer;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be so before a launch is prepared: nothing of the service lives that the state does not
 * know; its engine and its model are here; its port and devices are free. What takes time is waited
 * for elsewhere, and then asked for again by an event. For the supervisor's thread.
 */
final class LaunchGate {
  private static final Logger log = LoggerFactory.getLogger(LaunchGate.class);

  private final ServiceName name;
  private final DrivenPorts ports;
  private final ResourceLedger ledger;
  private final InferenceProvider provider;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;

  /** The launch that waits, 0 for none; it may be cancelled. */
  private long waiting;

  private @Nullable ModelPreparation preparing;

  /** The launch whose model is here; written elsewhere. */
  private volatile long prepared;

  LaunchGate(
      ServiceName name,
      DrivenPorts ports,
      ResourceLedger ledger,
      InferenceProvider provider,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell) {
    this.name = name;
    this.ports = ports;
    this.ledger = ledger;
    this.provider = provider;
    this.post = post;
    this.tell = tell;
  }

  /**
   * {@return the engine to launch with; null where something is waited for: {@link
   * ServiceEvent.MayLaunch} or {@link ServiceEvent.NotLaunched} follows}
   *
   * @param first whether this Stoker has launched nothing of it yet
   * @throws LifecycleException when it cannot be launched
   */
  @Nullable EngineInfo pass(ServiceSpec spec, long epoch, boolean first) {
    if (first) {
      refuseBesideStrays();
    }
    EngineInfo engine = provider.select(spec.engine());
    if (prepared != epoch && ModelPreparation.isNeeded(spec, ports)) {
      waiting = epoch;
      prepareModel(spec, epoch);
      return null;
    }
    CompletableFuture<Void> holderGone = ledger.claim(spec, engine.device());
    if (holderGone != null) {
      waiting = epoch;
      log.atInfo().addKeyValue("service", name).log("waits until its port and devices are free");
      var _ = holderGone.thenRun(() -> post.accept(new ServiceEvent.MayLaunch(epoch)));
      return null;
    }
    waiting = 0;
    return engine;
  }

  /** What lives of a service whose state was lost is no less a server. */
  private void refuseBesideStrays() {
    List<Long> pids =
        ports.processTrees().strays().stream()
            .filter(stray -> stray.service().equals(name))
            .map(stray -> stray.process().pid())
            .toList();
    if (!pids.isEmpty()) {
      throw new LifecycleException(
          new LeftoverServer("service '" + name + "', which the state does not know: pid " + pids));
    }
  }

  /** Elsewhere, since it may take hours. */
  private void prepareModel(ServiceSpec spec, long epoch) {
    ModelPreparation begun = ModelPreparation.of(spec, ports, tell);
    preparing = begun;
    ports
        .scheduler()
        .execute(
            "model-" + name,
            () -> {
              ServiceEvent event = prepare(begun, epoch);
              if (!begun.isCancelled()) {
                post.accept(event);
              }
            });
  }

  private ServiceEvent prepare(ModelPreparation model, long epoch) {
    try {
      model.run();
      prepared = epoch;
      return new ServiceEvent.MayLaunch(epoch);
    } catch (LifecycleException e) {
      return new ServiceEvent.NotLaunched(epoch, e.failure());
    } catch (RuntimeException | Error e) {
      // Whatever it is, the machine waits for an answer.
      log.atError().setCause(e).addKeyValue("service", name).log("model not prepared");
      return new ServiceEvent.NotLaunched(epoch, new Internal(String.valueOf(e)));
    }
  }

  /** Waits no more, and says so; a launch that waits for nothing cannot be called back. */
  void cancel(long epoch) {
    if (waiting == epoch) {
      waiting = 0;
      if (preparing != null) {
        preparing.cancel();
      }
      post.accept(new ServiceEvent.NotLaunched(epoch, new Cancelled("it was stopped")));
    }
  }
}
