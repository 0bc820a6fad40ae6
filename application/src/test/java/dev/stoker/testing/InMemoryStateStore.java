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

/** State that outlives a Stoker, but not the test; a full disk can be had. */
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
  public List<String> open() {
    return List.of();
  }

  @Override
  public boolean openForReading() {
    return true;
  }

  @Override
  public void close() {}

  @Override
  public long lastEpoch(ServiceName service) {
    return epochs.getOrDefault(service, 0L);
  }

  @Override
  public void saveService(ServiceSpec spec, EngineInfo engine) {
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
  public List<ServiceRecord> services() {
    return List.copyOf(services.values());
  }

  @Override
  public void saveHeldDown(ServiceName service, @Nullable HeldDown why) {
    write();
    if (why == null) {
      heldDown.remove(service);
    } else {
      heldDown.put(service, why);
    }
  }

  @Override
  public Optional<HeldDown> heldDown(ServiceName service) {
    return Optional.ofNullable(heldDown.get(service));
  }

  @Override
  public void writeLease(Lease lease) {
    write();
    leases.put(lease.service() + "/" + lease.epoch(), lease);
    epochs.merge(lease.service(), lease.epoch(), Math::max);
  }

  @Override
  public void updateLease(Lease lease) {
    write();
    leases.replace(lease.service() + "/" + lease.epoch(), lease);
  }

  @Override
  public void removeLease(ServiceName service, long epoch) {
    leases.remove(service + "/" + epoch);
  }

  @Override
  public List<Lease> leases() {
    return List.copyOf(leases.values());
  }

  @Override
  public void appendTransition(TransitionRecord transition) {
    write();
    transitions.add(transition);
  }

  @Override
  public List<TransitionRecord> transitions(ServiceName service, int most) {
    List<TransitionRecord> of =
        transitions.stream().filter(each -> each.service().equals(service)).toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }

  @Override
  public void appendStart(StartRecord start) {
    write();
    starts.add(start);
  }

  @Override
  public List<StartRecord> starts(ServiceName service, int most) {
    List<StartRecord> of = starts.stream().filter(each -> each.service().equals(service)).toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }
}
