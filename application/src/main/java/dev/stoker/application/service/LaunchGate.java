package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.failure.StokerFailure.LeftoverServer;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be so before a launch is prepared, in this order: nothing of the service lives that the
 * state does not know; its engine and its model are here; its devices are, and are whole; its port
 * and its devices are its own; there is room on them. What takes time is done elsewhere, and then
 * asked for again by an event. For the supervisor's thread.
 */
final class LaunchGate {
  private static final Logger log = LoggerFactory.getLogger(LaunchGate.class);

  private final ServiceName name;
  private final DrivenPorts ports;
  private final ResourceLedger ledger;
  private final DeviceTable devices;
  private final GpuService gpus;
  private final InferenceProvider provider;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;

  /** The launch that waits, 0 for none; it may be cancelled. */
  private volatile long waiting;

  private @Nullable ModelPreparation preparing;
  private final ModelPin pin = new ModelPin();

  /** How far the launch has come; written elsewhere while the supervisor waits. */
  private volatile Passed passed = new Passed(0, Step.NOTHING, List.of());

  LaunchGate(
      ServiceName name,
      DrivenPorts ports,
      ResourceLedger ledger,
      DeviceTable devices,
      GpuService gpus,
      InferenceProvider provider,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell) {
    this.name = name;
    this.ports = ports;
    this.ledger = ledger;
    this.devices = devices;
    this.gpus = gpus;
    this.provider = provider;
    this.post = post;
    this.tell = tell;
  }

  /** What is done elsewhere, in order. */
  private enum Step {
    NOTHING,
    MODEL,
    DEVICES,
    ROOM
  }

  /**
   * How far a launch has come.
   *
   * @param epoch which launch
   * @param step what is done
   * @param level its devices as they were last seen before it
   */
  private record Passed(long epoch, Step step, List<GpuInfo> level) {
    boolean has(long launch, Step wanted) {
      return epoch == launch && step.compareTo(wanted) >= 0;
    }
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
    if (!passed.has(epoch, Step.MODEL) && ModelPreparation.isNeeded(spec, ports)) {
      ModelPreparation begun = ModelPreparation.of(pinned(spec), ports, tell);
      preparing = begun;
      elsewhere(epoch, Step.MODEL, () -> prepareModel(spec, begun));
      return null;
    }
    boolean onDevices = DeviceChoice.isNeeded(engine.device());
    if (!passed.has(epoch, Step.DEVICES) && onDevices) {
      elsewhere(
          epoch, Step.DEVICES, () -> Found.of(devices.choose(spec, engine.device(), see()).used()));
      return null;
    }
    CompletableFuture<Void> holderGone = ledger.claim(spec, engine.device());
    if (holderGone != null) {
      waiting = epoch;
      log.atInfo().addKeyValue("service", name).log("waits until its port and devices are free");
      var _ = holderGone.thenRun(() -> post.accept(new ServiceEvent.MayLaunch(epoch)));
      return null;
    }
    if (!passed.has(epoch, Step.ROOM) && !spec.isPractice()) {
      elsewhere(epoch, Step.ROOM, () -> Found.of(checkRoom(spec, engine)));
      return null;
    }
    waiting = 0;
    return engine;
  }

  /** {@return the commit that is kept for it; empty for none} */
  String commit(ServiceSpec spec) {
    return pin.of(spec.model());
  }

  private ServiceSpec pinned(ServiceSpec spec) {
    return ModelPin.at(spec, commit(spec));
  }

  /** Goes on with what an earlier Stoker launched. */
  void resume(ServiceRecord written) {
    written.launchedAs().ifPresent(spec -> pin.keep(spec.model(), written.commit()));
  }

  /** It is down, and nothing follows by itself. */
  void down() {
    pin.release();
  }

  /** {@return the devices of the last launch as they were before it; empty when not known} */
  List<GpuInfo> level() {
    return passed.level();
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

  /** A step, which may take hours. */
  private interface Task {
    Found run();
  }

  /**
   * What a step found.
   *
   * @param devices its devices as they are now; empty where they were not looked at
   * @param take makes the rest of it known, unless nobody waits for it any more
   */
  private record Found(List<GpuInfo> devices, Runnable take) {
    static Found of(List<GpuInfo> devices) {
      return new Found(devices, () -> {});
    }
  }

  private void elsewhere(long epoch, Step step, Task task) {
    waiting = epoch;
    ports
        .scheduler()
        .execute(
            "prepare-" + name,
            () -> {
              ServiceEvent event = done(epoch, step, task);
              if (waiting == epoch) {
                post.accept(event);
              }
            });
  }

  private ServiceEvent done(long epoch, Step step, Task task) {
    try {
      Found found = task.run();
      if (waiting == epoch) {
        // Of one that was cancelled nothing counts: the next may be under way.
        found.take().run();
        passed = new Passed(epoch, step, found.devices());
      }
      return new ServiceEvent.MayLaunch(epoch);
    } catch (LifecycleException e) {
      return new ServiceEvent.NotLaunched(epoch, e.failure());
    } catch (RuntimeException | Error e) {
      // Whatever it is, the machine waits for an answer.
      log.atError().setCause(e).addKeyValue("service", name).log("launch not prepared");
      return new ServiceEvent.NotLaunched(epoch, new Internal(String.valueOf(e)));
    }
  }

  private Found prepareModel(ServiceSpec spec, ModelPreparation model) {
    String commit = model.run();
    return new Found(
        List.of(),
        () -> {
          if (model.isItsOwnWay()) {
            pin.release();
          } else if (!commit.isEmpty()) {
            pin.keep(spec.model(), commit);
          }
        });
  }

  private List<GpuInfo> checkRoom(ServiceSpec spec, EngineInfo engine) {
    boolean onDevices = DeviceChoice.isNeeded(engine.device());
    GpuReport report = onDevices ? see() : GpuReport.nothing();
    DeviceChoice choice =
        onDevices ? devices.choose(spec, engine.device(), report) : DeviceChoice.none();
    new RoomCheck(pinned(spec), engine, ports, this::remark).run(choice, report);
    return choice.used();
  }

  private GpuReport see() {
    GpuReport report = ports.gpuProbe().look();
    gpus.seen(report);
    return report;
  }

  private void remark(String sentence) {
    log.atWarn().addKeyValue("service", name).log(sentence);
    tell.accept(new ServiceNotice.Remarked(name, ports.clock().instant(), sentence));
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
