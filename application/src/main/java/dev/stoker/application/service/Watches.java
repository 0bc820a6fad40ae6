package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What looks at one service's server while it serves. On the supervisor's thread alone. */
final class Watches {
  private final Supplier<ServiceSpec> current;
  private final DrivenPorts ports;
  private final TrafficLedger traffic;
  private final Consumer<ServiceEvent> post;
  private final Consumer<ServiceNotice> tell;
  private final Map<ModelReference, Duration> pauses = new HashMap<>();
  private ModelReference served;
  private @Nullable HealthWatch health;
  private @Nullable WorkMonitor work;
  private @Nullable IdleWatch idle;

  Watches(
      Supplier<ServiceSpec> current,
      DrivenPorts ports,
      TrafficLedger traffic,
      Consumer<ServiceEvent> post,
      Consumer<ServiceNotice> tell) {
    this.current = current;
    this.ports = ports;
    this.traffic = traffic;
    this.post = post;
    this.tell = tell;
    this.served = current.get().model();
  }

  /**
   * Begins.
   *
   * @param watched null for a server that is not ours to launch: it is looked at where it is meant
   *     to be
   */
  void begin(long epoch, @Nullable Launch watched) {
    end();
    HealthWatch checking = new HealthWatch(epoch, current, watched, ports, post);
    health = checking;
    checking.begin();
    WorkMonitor working = new WorkMonitor(epoch, current, watched, ports, post, tell, pause());
    work = working;
    working.begin();
    if (watched != null) {
      IdleWatch waiting =
          new IdleWatch(
              epoch,
              current.get().name(),
              () -> current.get().options(),
              traffic,
              working::lastForOthers,
              ports,
              post);
      idle = waiting;
      waiting.begin();
    }
  }

  /** How long this model was seen to pause, by this Stoker. */
  private Duration pause() {
    served = current.get().model();
    return pauses.getOrDefault(served, Duration.ZERO);
  }

  /** The server is told to end: nothing is asked of it any more. */
  void quiet() {
    if (work != null) {
      work.close();
    }
    if (idle != null) {
      idle.close();
    }
  }

  void end() {
    if (health != null) {
      health.close();
      health = null;
    }
    quiet();
    idle = null;
    if (work != null) {
      pauses.put(served, work.longestPause());
      work = null;
    }
  }
}
