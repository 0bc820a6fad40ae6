package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.domain.unit.Moment;
import java.util.List;
import java.util.Optional;

/**
 * The last launch that an earlier Stoker made of a service, as it was written down.
 *
 * @param launch the launch
 * @param older leases of launches before it, of which nothing should be left
 * @param device what its engine runs on; empty when not known, which stands for every device
 */
record Recovery(Launch launch, List<Lease> older, String device) {
  /** {@return what was written down, or empty where no launch was} */
  static Optional<Recovery> of(ServiceSpec spec, DrivenPorts ports) {
    List<Lease> leases = ports.stateStore().leases(spec.name());
    if (leases.isEmpty()) {
      return Optional.empty();
    }
    Lease last = leases.getLast();
    Optional<ServiceRecord> written = ports.stateStore().service(spec.name());
    Optional<ServiceSpec> launchedAs = written.flatMap(ServiceRecord::launchedAs);
    Moment now = new Moment(ports.clock().instant(), ports.uptime().now());
    Launch launch =
        Launch.takenOver(
            // An earlier version wrote less down; what it wrote is the port.
            launchedAs.orElseGet(() -> spec.onPort(last.port())),
            written.map(ServiceRecord::engine).orElse(""),
            written.map(ServiceRecord::engineVersion).orElse(""),
            written.map(ServiceRecord::device).orElse(""),
            last,
            now);
    return Optional.of(
        new Recovery(
            launch,
            leases.subList(0, leases.size() - 1),
            written.map(ServiceRecord::device).orElse("")));
  }

  /** {@return whether it was launched with what the service is meant to be} */
  boolean isCurrent(ServiceSpec meant) {
    return meant.differences(launch.spec()).stream().noneMatch(ServiceSpec::needsRestart);
  }
}
