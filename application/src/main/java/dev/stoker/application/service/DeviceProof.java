package dev.stoker.application.service;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.GpuProbe.Holder;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the devices have given back what dead processes of ours held: a driver takes a while.
 * What others hold is said, and never touched.
 */
final class DeviceProof {
  private static final Logger log = LoggerFactory.getLogger(DeviceProof.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ServiceName service;
  private final DrivenPorts ports;
  private final Set<Long> ours;
  private final Runnable proven;
  private final Duration until;

  private DeviceProof(
      ServiceName service, DrivenPorts ports, Collection<ProcessIdentity> gone, Runnable proven) {
    this.service = service;
    this.ports = ports;
    this.ours = gone.stream().map(ProcessIdentity::pid).collect(Collectors.toSet());
    this.proven = proven;
    this.until = ports.uptime().now().plus(LIMIT);
  }

  /**
   * Begins to look.
   *
   * @param gone processes of ours, proven gone
   * @param proven run when nothing is held for them any more, when that cannot be told, or after 30
   *     seconds
   */
  static void await(
      ServiceName service, DrivenPorts ports, Collection<ProcessIdentity> gone, Runnable proven) {
    new DeviceProof(service, ports, gone, proven).look();
  }

  private void look() {
    Optional<List<Holder>> holders = holders();
    List<Holder> lagging =
        holders.orElse(List.of()).stream().filter(holder -> ours.contains(holder.pid())).toList();
    if (lagging.isEmpty()) {
      holders.orElse(List.of()).forEach(this::sayForeign);
      proven.run();
    } else if (ports.uptime().now().compareTo(until) >= 0) {
      log.atError()
          .addKeyValue("service", service)
          .addKeyValue("held", lagging)
          .log("the driver still holds memory for processes that are gone");
      proven.run();
    } else {
      ports.scheduler().schedule("devices-" + service, BETWEEN_LOOKS, this::look);
    }
  }

  /** A probe that fails cannot tell; nobody is to wait for ever for that. */
  private Optional<List<Holder>> holders() {
    try {
      return ports.gpuProbe().holders();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).addKeyValue("service", service).log("GPUs not looked at");
      return Optional.empty();
    }
  }

  private void sayForeign(Holder holder) {
    log.atInfo()
        .addKeyValue("service", service)
        .addKeyValue("device", holder.device())
        .addKeyValue("pid", holder.pid())
        .addKeyValue("held", holder.held())
        .log("memory held by another");
  }
}
