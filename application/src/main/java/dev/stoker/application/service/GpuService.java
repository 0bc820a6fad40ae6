package dev.stoker.application.service;

import dev.stoker.application.port.in.Gpus;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.application.port.out.GpuProbe;
import dev.stoker.domain.gpu.GpuEvent;
import dev.stoker.domain.gpu.GpuHolder;
import dev.stoker.domain.gpu.GpuInfo;
import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.ByteSize;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the machine's accelerators where there are any, keeps the last hour, and says what their
 * drivers report (NFR-015). For any thread.
 */
@ApplicationScope
final class GpuService implements Gpus {
  private static final Logger log = LoggerFactory.getLogger(GpuService.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration KEPT = Duration.ofHours(1);

  /** Whoever else looks in between adds none. */
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(4);

  private final DrivenPorts ports;
  private final DeviceTable devices;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final Set<GpuEvent> said = new HashSet<>();
  private Instant next = Instant.MIN;
  private volatile @Nullable Look last;
  private @Nullable Runnable listener;
  private GpuProbe.@Nullable Watch watch;

  @Inject
  GpuService(DrivenPorts ports, DeviceTable devices) {
    this.ports = ports;
    this.devices = devices;
  }

  private record Look(Instant at, Duration uptime, GpuReport report) {}

  /**
   * Watches from now on, if there is anything to watch; called again it does nothing.
   *
   * @param changed run after each look
   */
  void begin(Runnable changed) {
    synchronized (this) {
      if (listener != null) {
        return;
      }
      listener = changed;
    }
    ports.scheduler().execute("gpus", this::look);
  }

  private GpuReport look() {
    GpuReport report = ports.gpuProbe().look();
    seen(report);
    return report;
  }

  /** Something was seen, by whoever looked. */
  void seen(GpuReport report) {
    Instant now = ports.clock().instant();
    last = new Look(now, ports.uptime().now(), report);
    devices.learn(report);
    Runnable told;
    synchronized (this) {
      told = listener;
      if (told != null && watch == null && !report.devices().isEmpty()) {
        watch = ports.gpuProbe().watch(EVERY, this::seen);
      }
      if (!now.isBefore(next)) {
        next = now.plus(BETWEEN_SAMPLES);
        report.devices().forEach(device -> keep(device, now));
      }
      said.retainAll(report.events());
      report.events().stream().filter(said::add).forEach(GpuService::say);
    }
    if (told != null) {
      told.run();
    }
  }

  private void keep(GpuInfo device, Instant now) {
    ByteSize used = device.usedMemory();
    samples.addLast(
        new Sample(
            now,
            device.key(),
            device.utilizationPercent(),
            used == null ? null : used.bytes(),
            device.temperatureCelsius(),
            device.powerWatts()));
    while (samples.getFirst().at().isBefore(now.minus(KEPT))) {
      samples.removeFirst();
    }
  }

  private static void say(GpuEvent event) {
    log.atWarn()
        .addKeyValue("device", event.device())
        .addKeyValue("xid", event.xid().number())
        .log(event.xid().meaning());
  }

  @Override
  public Seen now() {
    Look known = last;
    GpuReport report = known != null && isFresh(known) ? known.report() : look();
    return new Seen(ports.clock().instant(), report, owners(report.holders()));
  }

  private boolean isFresh(Look known) {
    return ports.uptime().now().minus(known.uptime()).compareTo(FRESH) < 0;
  }

  /** By the mark that every process of a launch carries. */
  private Map<Long, ServiceName> owners(List<GpuHolder> holders) {
    Map<Long, ServiceName> owners = new HashMap<>();
    ports
        .processTrees()
        .marked(holders.stream().map(GpuHolder::pid).toList())
        .forEach(marked -> owners.put(marked.process().pid(), marked.service()));
    return owners;
  }

  @Override
  public synchronized void expectLooks() {
    if (watch == null) {
      watch = ports.gpuProbe().watch(FRESH, this::seen);
    }
  }

  @Override
  public synchronized List<Sample> lastHour() {
    return List.copyOf(samples);
  }
}
