package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.ServiceStatus.LastCheck;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.health.EngineLoad;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.service.AfterEnd;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The published snapshot of one service. The supervisor's thread writes it when a state is entered;
 * facts that are no state (engine, log) are set by the launch before its process exists.
 */
final class StatusBoard {
  private final Supplier<ServiceSpec> current;
  private volatile @Nullable String engine;
  private volatile String build = "";
  private volatile @Nullable Path log;
  private @Nullable Launch launched;
  private List<GpuInfo> gpus = List.of();

  /** As its state has it; written under the lock. */
  private ServiceStatus status;

  /** In which phase it was last told to be. */
  private @Nullable LoadPhase told;

  /** How far the start is, newer than the state; of one that is over it is not shown. */
  private @Nullable ModelLoadProgress loading;

  /** What the engine was last seen to do; of one that does not serve it is not shown. */
  private @Nullable EngineLoad load;

  private String doubt = "";

  /** What readers see: put together when something changes, so that a look costs nothing. */
  private volatile ServiceStatus shown;

  StatusBoard(Supplier<ServiceSpec> current, MachineState initial) {
    this.current = current;
    this.status = snapshot(initial, null, failureIn(initial));
    this.shown = status;
  }

  ServiceStatus status() {
    return shown;
  }

  private void show() {
    ServiceStatus now = status;
    if (now.progress() != null) {
      shown = loading == null ? now : now.with(told, loading);
    } else {
      shown = now.upSince() == null ? now : now.with(load, doubt);
    }
    if (now.pid() != null && !gpus.isEmpty()) {
      shown = shown.on(gpus);
    }
  }

  /** Something happened that is no change of state. */
  synchronized void note(ServiceNotice notice) {
    switch (notice) {
      case ServiceNotice.Loading now -> {
        loading = now.progress();
        told = now.phase();
      }
      case ServiceNotice.Loaded now -> load = now.load();
      case ServiceNotice.Degraded now -> doubt = now.evidence();
      case ServiceNotice.Changed _, ServiceNotice.Remarked _ -> {}
    }
    show();
  }

  /** The machine's devices are so now (AC-031). */
  synchronized void seen(DeviceTable devices) {
    Launch launch = launched;
    DeviceChoice choice =
        launch == null || !launch.usesDevices()
            ? null
            : devices.known(launch.spec(), launch.device());
    gpus = choice == null ? List.of() : choice.used();
    show();
  }

  /** The service is meant to be another now. */
  synchronized void redefined(MachineState state) {
    status = snapshot(state, status.lastCheck(), status.lastFailure());
    show();
  }

  synchronized void launching(Launch launch, DeviceTable devices) {
    loading = null;
    load = null;
    doubt = "";
    engine = launch.engine();
    build = launch.build();
    log = launch.lease().log();
    launched = launch;
    seen(devices);
  }

  synchronized void entered(MachineState state, ServiceEvent event, Instant now) {
    if (state instanceof MachineState.Launching) {
      // What an earlier launch had come to is not this one's.
      loading = null;
    }
    LastCheck check =
        event instanceof ServiceEvent.Checked checked
            ? new LastCheck(now, checked.result())
            : state instanceof MachineState.Launching ? null : status.lastCheck();
    Failure failure = failureIn(state);
    status = snapshot(state, check, failure == null ? status.lastFailure() : failure);
    show();
  }

  private static @Nullable Failure failureIn(MachineState state) {
    return switch (state) {
      case MachineState.Failed failed -> failed.why();
      case MachineState.WaitingToRestart waiting -> waiting.why();
      case MachineState.Sweeping sweeping
          when sweeping.next() instanceof AfterEnd.Recover recover ->
          recover.why();
      default -> null;
    };
  }

  private ServiceStatus snapshot(
      MachineState state, @Nullable LastCheck check, @Nullable Failure failure) {
    ProcessIdentity process = null;
    LoadPhase phase = null;
    ModelLoadProgress progress = null;
    Instant upSince = null;
    switch (state) {
      case MachineState.Launching launching -> {
        phase = LoadPhase.ENVIRONMENT;
        progress = progress(phase, launching.since());
      }
      case MachineState.Starting starting -> {
        process = starting.process();
        phase = starting.phase();
        progress = progress(phase, starting.since());
      }
      case MachineState.Running running -> {
        process = running.process();
        upSince = running.since();
      }
      case MachineState.Draining draining -> process = draining.process();
      case MachineState.Stopping stopping -> process = stopping.process();
      case MachineState.Observed observed -> {
        process = observed.process();
        upSince = observed.serviceState() == ServiceState.RUNNING ? observed.since() : null;
      }
      default -> {}
    }
    Path output = log;
    ServiceSpec spec = current.get();
    String used = engine;
    String asked = spec.isPractice() ? EngineInfo.PRACTICE : spec.provider();
    return new ServiceStatus(
        spec.name(),
        state.serviceState(),
        spec.model().argument(),
        spec.model().servedName(),
        spec.aliases(),
        spec.options().port(),
        used == null ? asked : used,
        build,
        process == null ? null : process.pid(),
        phase,
        progress,
        upSince,
        check,
        null,
        "",
        failure,
        List.of(),
        output == null ? null : output.toString());
  }

  private ModelLoadProgress progress(LoadPhase phase, Instant since) {
    return ModelLoadProgress.loading(current.get().model().argument(), 0, phase.label(), since);
  }
}
