package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Transition;
import dev.stoker.domain.unit.Moment;
import jakarta.inject.Inject;
import java.util.function.Consumer;

/** Makes one supervisor for each service. */
final class SupervisorFactory {
  private final Parts parts;

  @Inject
  SupervisorFactory(
      DrivenPorts ports,
      Chronicle chronicle,
      ResourceLedger ledger,
      EffectInterpreter.Factory interpreters,
      IncidentHooks hooks) {
    this.parts = new Parts(ports, chronicle, ledger, interpreters, hooks);
  }

  /**
   * What every supervisor works with.
   *
   * @param ports to the outside
   * @param chronicle of what happens
   * @param ledger of ports and devices
   * @param interpreters of effects
   * @param hooks told of incidents
   */
  record Parts(
      DrivenPorts ports,
      Chronicle chronicle,
      ResourceLedger ledger,
      EffectInterpreter.Factory interpreters,
      IncidentHooks hooks) {}

  /**
   * Makes one that stands where an earlier Stoker left it.
   *
   * @param leased whether a launch of it was never proven gone
   */
  Supervisor create(
      ServiceSpec spec, Standing standing, boolean leased, Consumer<ServiceNotice> listener) {
    Moment now = new Moment(parts.ports().clock().instant(), parts.ports().uptime().now());
    Transition restored = ServiceMachine.restore(standing, leased, spec.policy(), now);
    Supervisor made = new Supervisor(spec, restored, parts, listener);
    made.begin(restored, Standing.of(restored.next()).equals(standing));
    return made;
  }
}
