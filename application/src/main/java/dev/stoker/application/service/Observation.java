package dev.stoker.application.service;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.ProcessTrees.Sighting;
import dev.stoker.domain.failure.LifecycleException;

/** Looks at a launch's tree and keeps what only a living tree can tell. */
final class Observation {
  private Observation() {}

  static Sighting observe(Launch launch, DrivenPorts ports) {
    Sighting sighting = ports.processTrees().observe(launch.lease());
    launch.ends().watchParts(sighting.members());
    if (launch.learn(sighting.segments()) && !launch.hasEnded()) {
      save(launch, ports);
    }
    return sighting;
  }

  /** Writes what is known of the launch by now. */
  static void save(Launch launch, DrivenPorts ports) {
    try {
      launch.save(ports.stateStore());
    } catch (LifecycleException e) {
      // Known in memory all the same; only a sweep after our own death would miss it.
      Chronicle.error(launch.lease().service(), e.failure());
    }
  }
}
