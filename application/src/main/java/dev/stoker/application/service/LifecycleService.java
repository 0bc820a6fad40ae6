package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** One supervisor for each service, and the commands handed to it. */
@ApplicationScope
final class LifecycleService implements ServiceOrchestrator {
  private final DrivenPorts ports;
  private final TransitionLog log;
  private final EffectInterpreter.Factory interpreters;
  private final ConcurrentMap<ServiceName, Supervisor> supervisors = new ConcurrentHashMap<>();

  @Inject
  LifecycleService(DrivenPorts ports, TransitionLog log, EffectInterpreter.Factory interpreters) {
    this.ports = ports;
    this.log = log;
    this.interpreters = interpreters;
  }

  @Override
  public void define(ServiceSpec spec) {
    supervisors.computeIfAbsent(spec.name(), _ -> supervise(spec));
  }

  private Supervisor supervise(ServiceSpec spec) {
    // Numbers of launches go on where an earlier Stoker ended: they name folders and leases.
    Memory memory = new Memory(ports.stateStore().lastEpoch(spec.name()), RestartHistory.empty());
    return new Supervisor(
        spec,
        new MachineState.Stopped(memory, false),
        ports.clock(),
        ports.scheduler(),
        log,
        interpreters);
  }

  @Override
  public List<ServiceName> services() {
    return supervisors.keySet().stream().sorted().toList();
  }

  @Override
  public CompletableFuture<ServiceStatus> start(ServiceName name) {
    return supervisor(name).command(new ServiceCommand.Start());
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name) {
    return supervisor(name).command(new ServiceCommand.EnsureHealthy());
  }

  @Override
  public CompletableFuture<ServiceStatus> stop(ServiceName name) {
    return supervisor(name).command(new ServiceCommand.Stop(true));
  }

  @Override
  public CompletableFuture<ServiceStatus> restart(ServiceName name) {
    return supervisor(name).command(new ServiceCommand.Restart());
  }

  @Override
  public ServiceStatus status(ServiceName name) {
    return supervisor(name).status();
  }

  @Override
  public void listen(ServiceName name, Consumer<ServiceNotice> listener) {
    supervisor(name).listen(listener);
  }

  private Supervisor supervisor(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    if (supervisor == null) {
      throw new IllegalArgumentException(
          "no service '" + name + "' is known; there are: " + services());
    }
    return supervisor;
  }
}
