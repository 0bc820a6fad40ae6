package dev.stoker.testing;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.service.ServiceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** State that outlives a Stoker, but not the test; a full disk can be had. For any thread. */
public final class InMemoryStateStore implements StateStore {
  private final Map<ServiceName, Long> epochs = new HashMap<>();
  private final Map<String, Lease> leases = new LinkedHashMap<>();
  private final List<TransitionRecord> transitions = new ArrayList<>();
  private final List<StartRecord> starts = new ArrayList<>();
  private final Map<ServiceName, ServiceRecord> services = new TreeMap<>();
  private final Map<ServiceName, HeldDown> heldDown = new HashMap<>();
  private boolean full;

  public InMemoryStateStore() {}

  /** Whether writing fails from now on. */
  public void setFull(boolean now) {
    full = now;
  }

  private void write() {
    if (full) {
      throw new LifecycleException(new DiskFull("/state", "no space left"));
    }
  }

  @Override
  public synchronized List<String> open() {
    return List.of();
  }

  @Override
  public synchronized boolean openForReading() {
    return true;
  }

  @Override
  public synchronized void close() {}

  @Override
  public synchronized long lastEpoch(ServiceName service) {
    return epochs.getOrDefault(service, 0L);
  }

  @Override
  public synchronized void saveService(ServiceSpec spec, EngineInfo engine) {
    write();
    services.put(
        spec.name(),
        new ServiceRecord(
            spec.name(),
            spec.provider(),
            spec.model().argument(),
            spec.model().servedName(),
            engine.provider(),
            engine.build(),
            spec.options().port()));
  }

  @Override
  public synchronized List<ServiceRecord> services() {
    return List.copyOf(services.values());
  }

  @Override
  public synchronized void saveHeldDown(ServiceName service, @Nullable HeldDown why) {
    write();
    if (why == null) {
      heldDown.remove(service);
    } else {
      heldDown.put(service, why);
    }
  }

  @Override
  public synchronized Optional<HeldDown> heldDown(ServiceName service) {
    return Optional.ofNullable(heldDown.get(service));
  }

  @Override
  public synchronized void writeLease(Lease lease) {
    write();
    leases.put(lease.service() + "/" + lease.epoch(), lease);
    epochs.merge(lease.service(), lease.epoch(), Math::max);
  }

  @Override
  public synchronized void updateLease(Lease lease) {
    write();
    leases.replace(lease.service() + "/" + lease.epoch(), lease);
  }

  @Override
  public synchronized void removeLease(ServiceName service, long epoch) {
    leases.remove(service + "/" + epoch);
  }

  @Override
  public synchronized List<Lease> leases() {
    return List.copyOf(leases.values());
  }

  @Override
  public synchronized void appendTransition(TransitionRecord transition) {
    write();
    transitions.add(transition);
  }

  @Override
  public synchronized List<TransitionRecord> transitions(ServiceName service, int most) {
    List<TransitionRecord> of =
        transitions.stream().filter(each -> each.service().equals(service)).toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }

  @Override
  public synchronized void appendStart(StartRecord start) {
    write();
    starts.add(start);
  }

  @Override
  public synchronized List<StartRecord> starts(ServiceName service, int most) {
    List<StartRecord> of = starts.stream().filter(each -> each.service().equals(service)).toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }
}
