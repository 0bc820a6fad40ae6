package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.unit.Moment;
import java.util.Set;

/** Everything that must hold, and be written down, before a process may be launched. */
final class LaunchPreparation {
  private final ServiceSpec spec;
  private final DrivenPorts ports;
  private final InferenceProvider provider;

  LaunchPreparation(ServiceSpec spec, DrivenPorts ports, InferenceProvider provider) {
    this.spec = spec;
    this.ports = ports;
    this.provider = provider;
  }

  /**
   * {@return the launch, its lease durable}
   *
   * @param commit which state of its model it will serve; empty where it has none
   * @throws LifecycleException when it would fail for a reason that can be known now
   */
  Launch prepare(long epoch, EngineInfo engine, String commit) {
    if (spec.model() instanceof DemoModel demo) {
      ports.demoModelWriter().write(demo.folder());
    }
    provider.preflight(spec);
    // Said before minutes of loading; that the port is really ours is proven when it is ready.
    ports
        .portTable()
        .holder(spec.options().port())
        .ifPresent(
            holder -> {
              throw new LifecycleException(new PortInUse(spec.options().port(), holder));
            });
    RunFolders.Folder folder = ports.runFolders().create(spec.name(), epoch);
    Moment now = new Moment(ports.clock().instant(), ports.uptime().now());
    Lease lease =
        new Lease(
            spec.name(),
            epoch,
            ports.processTrees().newCookie(spec.name(), epoch),
            ports.processLauncher().bootId(),
            null,
            spec.options().port(),
            folder.path(),
            folder.log(),
            now.wall(),
            null,
            Set.of());
    try {
      ports.stateStore().saveService(spec, engine, commit);
      ports.stateStore().writeLease(lease);
    } catch (LifecycleException e) {
      ports.runFolders().remove(folder.path());
      throw e;
    }
    return Launch.fresh(spec, engine, lease, now);
  }
}
