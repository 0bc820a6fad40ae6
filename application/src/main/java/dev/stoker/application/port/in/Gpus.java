package dev.stoker.application.port.in;

import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.service.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The machine's accelerators (NFR-015), in this process or as another sees them. */
public interface Gpus {
  /**
   * {@return how they are, or were some seconds ago} Blocks, shortly; a driver that hangs is said.
   */
  Seen now();

  /** Looks will come once a second from now on, as long as this process lives: makes them cheap. */
  void expectLooks();

  /**
   * {@return what was measured in the last hour, oldest first; empty where nobody kept watching}
   */
  List<Sample> lastHour();

  /**
   * What is known.
   *
   * @param at when it was looked
   * @param report of the drivers
   * @param owners whose the processes are that belong to a service, by pid
   */
  record Seen(Instant at, GpuReport report, Map<Long, ServiceName> owners) {
    /** Copies the map. */
    public Seen {
      owners = Map.copyOf(owners);
    }
  }

  /**
   * What one accelerator was like at one moment.
   *
   * @param at when
   * @param device its key
   * @param utilizationPercent 0 to 100; null when unknown
   * @param usedBytes of its memory; null when unknown
   * @param temperatureCelsius null when unknown
   * @param powerWatts null when unknown
   */
  record Sample(
      Instant at,
      String device,
      @Nullable Integer utilizationPercent,
      @Nullable Long usedBytes,
      @Nullable Integer temperatureCelsius,
      @Nullable Double powerWatts) {}
}
