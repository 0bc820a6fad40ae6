package dev.stoker.application.service;

import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the devices have given back what dead processes of ours held: a driver takes a while.
 * Who holds what is asked where that can be told; where it cannot, as in most containers, the
 * memory is to come back to the level before the launch. What others hold is said, and never
 * touched.
 */
final class DeviceProof {
  private static final Logger log = LoggerFactory.getLogger(DeviceProof.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Drivers round, and keep a little for themselves once they were used. */
  private static final long SLACK = 256L << 20;

  private final ServiceName service;
  private final DrivenPorts ports;
  private final Set<Long> ours;
  private final Map<String, Long> before;
  private final Runnable proven;
  private final Duration until;

  private DeviceProof(
      ServiceName service,
      DrivenPorts ports,
      Collection<ProcessIdentity> gone,
      List<GpuInfo> level,
      Runnable proven) {
    this.service = service;
    this.ports = ports;
    this.ours = gone.stream().map(ProcessIdentity::pid).collect(Collectors.toSet());
    this.before = usedBytes(level);
    this.proven = proven;
    this.until = ports.uptime().now().plus(LIMIT);
  }

  /**
   * Begins to look.
   *
   * @param gone processes of ours, proven gone
   * @param level the devices they computed on, as they were before; empty when not known
   * @param proven run when nothing is held for them any more, when that cannot be told, or after 30
   *     seconds
   */
  static void await(
      ServiceName service,
      DrivenPorts ports,
      Collection<ProcessIdentity> gone,
      List<GpuInfo> level,
      Runnable proven) {
    new DeviceProof(service, ports, gone, level, proven).look();
  }

  private static Map<String, Long> usedBytes(List<GpuInfo> devices) {
    Map<String, Long> used = new HashMap<>();
    for (GpuInfo device : devices) {
      ByteSize taken = device.usedMemory();
      if (taken != null && !device.sharesHostMemory()) {
        used.put(device.key(), taken.bytes());
      }
    }
    return used;
  }

  private void look() {
    GpuReport report = report();
    List<String> held = report.holdersKnown() ? heldByOurs(report) : aboveLevel(report);
    if (held.isEmpty()) {
      report.holders().stream()
          .filter(holder -> before.isEmpty() || before.containsKey(holder.device()))
          .forEach(this::sayForeign);
      proven.run();
    } else if (ports.uptime().now().compareTo(until) >= 0) {
      log.atError()
          .addKeyValue("service", service)
          .addKeyValue("held", held)
          .log("the driver still holds memory for processes that are gone");
      proven.run();
    } else {
      ports.scheduler().schedule("devices-" + service, BETWEEN_LOOKS, this::look);
    }
  }

  private List<String> heldByOurs(GpuReport report) {
    return report.holders().stream()
        .filter(holder -> ours.contains(holder.pid()))
        .map(holder -> holder.device() + ": " + holder.describe())
        .toList();
  }

  private List<String> aboveLevel(GpuReport report) {
    List<String> above = new ArrayList<>();
    usedBytes(report.devices())
        .forEach(
            (device, used) -> {
              Long level = before.get(device);
              if (level != null && used > level + SLACK) {
                above.add(device + ": " + new ByteSize(used - level) + " more than before");
              }
            });
    return above;
  }

  /** A probe that fails cannot tell; nobody is to wait for ever for that. */
  private GpuReport report() {
    try {
      return ports.gpuProbe().look();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).addKeyValue("service", service).log("GPUs not looked at");
      return GpuReport.nothing();
    }
  }

  private void sayForeign(GpuHolder holder) {
    log.atInfo()
        .addKeyValue("service", service)
        .addKeyValue("device", holder.device())
        .addKeyValue("pid", holder.pid())
        .addKeyValue("held", String.valueOf(holder.held()))
        .log("memory held by another");
  }
}
