package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import java.util.List;

/** Says how and why a server ended, from what it printed last. */
final class ExitReport {
  /** Lines looked at; the cause stands before several wrapped tracebacks. */
  private static final int LINES = 2000;

  private ExitReport() {}

  static ProcessExited of(
      long epoch,
      ExitStatus status,
      ServiceSpec spec,
      Launch launch,
      DrivenPorts ports,
      InferenceProvider provider) {
    try {
      List<String> lines = ports.serverOutput().tail(launch.lease().log(), LINES);
      Evidence evidence = new Evidence(lines, status, launch.lease().log().toString());
      Failure why = provider.explain(spec, launch.doing(), evidence);
      return new ProcessExited(epoch, status, why);
    } catch (RuntimeException e) {
      // The machine must learn of the exit, explained or not.
      return new ProcessExited(
          epoch, status, new Died(launch.doing(), status, "unexplained: " + e, Evidence.none()));
    }
  }
}
