package dev.stoker.application.service;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.unit.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What is known of one launch while it lasts; for any thread. */
final class Launch {
  private final ServiceSpec spec;
  private final String engine;
  private final String build;
  private final String device;
  private final Instant at;
  private final Duration since;
  private final boolean takenOver;
  private @Nullable EngineInfo info;
  private @Nullable LaunchEnds ends;
  private volatile Lease lease;
  private volatile LoadPhase phase = LoadPhase.ENVIRONMENT;
  private volatile Map<String, String> circumstances = Map.of();
  private volatile boolean ready;
  private volatile boolean ended;

  private Launch(
      ServiceSpec spec,
      String engine,
      String build,
      String device,
      Lease lease,
      Moment now,
      boolean takenOver) {
    this.spec = spec;
    this.device = device;
    this.engine = engine;
    this.build = build;
    this.lease = lease;
    this.at = takenOver ? lease.takenAt() : now.wall();
    this.since = now.uptime();
    this.takenOver = takenOver;
  }

  /** {@return a launch that is to be made} */
  static Launch fresh(ServiceSpec spec, EngineInfo engine, Lease lease, Moment now) {
    return new Launch(spec, engine.provider(), engine.build(), engine.device(), lease, now, false);
  }

  /** {@return a launch that an earlier Stoker made} */
  static Launch takenOver(
      ServiceSpec spec, String engine, String build, String device, Lease lease, Moment now) {
    return new Launch(spec, engine, build, device, lease, now, true);
  }

  /** {@return what was launched; the service may be meant to be another by now} */
  ServiceSpec spec() {
    return spec;
  }

  /** {@return its engine; null where an earlier Stoker launched it} */
  @Nullable EngineInfo info() {
    return info;
  }

  /** {@return the name of the engine} */
  String engine() {
    return engine;
  }

  /** {@return version and device of the engine} */
  String build() {
    return build;
  }

  /** {@return engine, version and device, such as {@code vllm 0.32.0 (cpu)}} */
  String engineBuild() {
    return engine + " " + build;
  }

  /** {@return whether it computes on devices, or was given some} */
  boolean usesDevices() {
    return DeviceChoice.isNeeded(device) || !spec.options().devices().isEmpty();
  }

  /** {@return what its engine was built for; empty when not known} */
  String device() {
    return device;
  }

  /** {@return when it was launched, by the clock that people read} */
  Instant at() {
    return at;
  }

  /** {@return the machine's uptime when this Stoker came to know it; limits count from there} */
  Duration since() {
    return since;
  }

  /** {@return whether an earlier Stoker launched it} */
  boolean isTakenOver() {
    return takenOver;
  }

  /** Once, before anybody else knows it. */
  void watchEnds(LaunchEnds watching) {
    ends = watching;
  }

  /** {@return what notices its end} */
  LaunchEnds ends() {
    return Objects.requireNonNull(ends, "ends are not watched");
  }

  Lease lease() {
    return lease;
  }

  synchronized void update(UnaryOperator<Lease> change) {
    lease = change.apply(lease);
  }

  /** Writes the lease as it is now; never an older one over a newer. */
  synchronized void save(StateStore store) {
    store.updateLease(lease);
  }

  /** {@return whether these segments hold one that was not known; they are known from now on} */
  synchronized boolean learn(Set<String> segments) {
    boolean grows = !lease.segments().containsAll(segments);
    lease = lease.withMore(segments);
    return grows;
  }

  /** Keeps what it was made with, before its process exists. */
  void madeWith(Map<String, String> all) {
    circumstances = Map.copyOf(all);
  }

  /** {@return what it was made with; empty of one that was taken over} */
  Map<String, String> circumstances() {
    return circumstances;
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
    ends().close();
  }

  /** {@return what it is doing, in words for messages} */
  String doing() {
    return ready ? "serving" : phase.label();
  }
}
