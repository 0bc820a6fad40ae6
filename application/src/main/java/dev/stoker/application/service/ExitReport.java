package dev.stoker.application.service;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.domain.failure.DeviceFailure.DriverReported;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.ServerFailure.Died;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.Xid;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceEvent.ProcessExited;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says how and why a server ended, from what it printed last and what the kernel says. */
final class ExitReport {
  /** Lines looked at; the cause stands before several wrapped tracebacks. */
  private static final int LINES = 2000;

  private static final int SIGKILL = 9;
  private static final Duration LATELY = Duration.ofMinutes(5);

  private ExitReport() {}

  static ProcessExited of(
      long epoch,
      ExitStatus status,
      ServiceSpec spec,
      Launch launch,
      DrivenPorts ports,
      DeviceTable devices,
      InferenceProvider provider) {
    try {
      List<String> lines = ports.serverOutput().tail(launch.lease().log(), LINES);
      Evidence evidence = new Evidence(lines, status, launch.lease().log().toString());
      Failure why = provider.explain(spec, launch.doing(), evidence);
      Optional<String> kernel =
          mayBeKilled(status)
              ? ports.kernelLog().outOfMemory(pids(status, launch))
              : Optional.empty();
      Failure explained =
          kernel
              .<Failure>map(line -> killed(launch, status, line, why))
              .or(() -> ofDevices(launch, ports, devices))
              .orElse(why);
      return new ProcessExited(epoch, status, explained);
    } catch (RuntimeException e) {
      // The machine must learn of the exit, explained or not.
      return new ProcessExited(
          epoch, status, new Died(launch.doing(), status, "unexplained: " + e, Evidence.none()));
    }
  }

  /**
   * A device that must be reset first makes every further start fail the same way. Only what was
   * told of its own devices counts, and lately.
   */
  private static Optional<Failure> ofDevices(
      Launch launch, DrivenPorts ports, DeviceTable devices) {
    if (!launch.usesDevices()) {
      return Optional.empty();
    }
    GpuReport report = ports.gpuProbe().look();
    DeviceChoice choice = devices.known(launch.spec(), launch.device());
    List<GpuInfo> own = choice == null ? List.of() : choice.used();
    Instant lately = ports.clock().instant().minus(LATELY);
    Stream<Xid> told =
        report.events().stream()
            .filter(event -> own.stream().anyMatch(each -> each.key().equals(event.device())))
            .filter(event -> event.at().isAfter(lately) && !event.at().isBefore(launch.at()))
            .map(GpuEvent::xid);
    Duration since = ports.uptime().now().minus(LATELY);
    List<Xid> kernel =
        ports
            .kernelLog()
            .gpuErrors(
                since.compareTo(launch.since()) > 0 ? since : launch.since(),
                own.stream().map(GpuInfo::bus).collect(Collectors.toSet()));
    return Stream.concat(told, kernel.stream())
        .filter(xid -> xid.gravity().isLasting())
        .findFirst()
        .<Failure>map(DriverReported::new);
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
