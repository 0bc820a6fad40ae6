package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.Lease;
import dev.stoker.domain.model.LoadPhase;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** What is known of one launch while it lasts; for any thread. */
final class Launch {
  private final ServiceSpec spec;
  private final EngineInfo engine;
  private final Instant at;
  private volatile Lease lease;
  private volatile LoadPhase phase = LoadPhase.LAUNCH;
  private volatile boolean ready;
  private volatile boolean ended;

  Launch(ServiceSpec spec, EngineInfo engine, Lease lease, Instant at) {
    this.spec = spec;
    this.engine = engine;
    this.lease = lease;
    this.at = at;
  }

  /** {@return what was launched; the service may be meant to be another by now} */
  ServiceSpec spec() {
    return spec;
  }

  EngineInfo engine() {
    return engine;
  }

  Instant at() {
    return at;
  }

  Lease lease() {
    return lease;
  }

  void update(Lease completed) {
    lease = completed;
  }

  /** {@return whether these segments hold one that was not known; they are known from now on} */
  boolean learn(Set<String> segments) {
    Set<String> all = new HashSet<>(lease.segments());
    boolean grew = all.addAll(segments);
    if (grew) {
      lease = lease.withSegments(all);
    }
    return grew;
  }

  LoadPhase phase() {
    return phase;
  }

  void reached(LoadPhase further) {
    phase = further;
  }

  boolean isReady() {
    return ready;
  }

  void becameReady() {
    ready = true;
  }

  /** {@return whether watching it has become pointless} */
  boolean hasEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** {@return what it is doing, in words for messages} */
  String doing() {
    return ready ? "serving" : phase.label();
  }
}
