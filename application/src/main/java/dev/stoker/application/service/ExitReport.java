package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Says how and why a server ended, from what it printed last and what the kernel says. */
final class ExitReport {
  /** Lines looked at; the cause stands before several wrapped tracebacks. */
  private static final int LINES = 2000;

  private static final int SIGKILL = 9;

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
      Optional<String> kernel =
          mayBeKilled(status)
              ? ports.kernelLog().outOfMemory(pids(status, launch))
              : Optional.empty();
      return new ProcessExited(
          epoch,
          status,
          kernel.<Failure>map(line -> killed(launch, status, line, why)).orElse(why));
    } catch (RuntimeException e) {
      // The machine must learn of the exit, explained or not.
      return new ProcessExited(
          epoch, status, new Died(launch.doing(), status, "unexplained: " + e, Evidence.none()));
    }
  }

  private static boolean mayBeKilled(ExitStatus status) {
    return switch (status) {
      case ExitStatus.Exited _ -> false;
      case ExitStatus.Signalled signalled -> signalled.signal() == SIGKILL;
      case ExitStatus.PartGone _, ExitStatus.Unseen _ -> true;
    };
  }

  private static Set<Long> pids(ExitStatus status, Launch launch) {
    Set<Long> pids = new HashSet<>();
    ProcessIdentity main = launch.lease().process();
    if (main != null) {
      pids.add(main.pid());
    }
    if (status instanceof ExitStatus.PartGone part) {
      pids.add(part.pid());
    }
    return pids;
  }

  private static Died killed(Launch launch, ExitStatus status, String line, Failure why) {
    return new Died(
        launch.doing(),
        status,
        "the machine had no memory left, and the kernel ended it: " + line,
        why.evidence());
  }
}
