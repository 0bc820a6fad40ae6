package dev.stoker.testing;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import java.time.Instant;
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
  private final List<HistoryEntry> history = new ArrayList<>();
  private final Map<String, Incident> incidents = new LinkedHashMap<>();
  private final List<StartRecord> starts = new ArrayList<>();
  private final Map<ServiceName, GoodStart> good = new HashMap<>();
  private final Map<ServiceName, ServiceRecord> services = new TreeMap<>();
  private final Map<ServiceName, Standing> standings = new HashMap<>();
  private final Map<ServiceName, ModelWish> wishes = new HashMap<>();
  private boolean full;
  private Fate fate = Fate.KIND;

  public InMemoryStateStore() {}

  /** Whether writing fails from now on. */
  public void setFull(boolean now) {
    full = now;
  }

  /** Who decides when Stoker is killed; before a write nothing of it is there, after it all. */
  public void setFate(Fate next) {
    fate = next;
  }

  private void write() {
    fate.at("before write");
    if (full) {
      throw new LifecycleException(new DiskFull("/state", "no space left"));
    }
  }

  private boolean closed;

  @Override
  public synchronized List<String> open() {
    return List.of();
  }

  @Override
  public synchronized boolean openForReading() {
    return true;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  /** {@return whether it was closed, also where it was only read} */
  public synchronized boolean wasClosed() {
    return closed;
  }

  @Override
  public synchronized long lastEpoch(ServiceName service) {
    return epochs.getOrDefault(service, 0L);
  }

  @Override
  public synchronized void saveService(ServiceSpec spec, EngineInfo engine, String commit) {
    write();
    Map<String, String> settings = new HashMap<>(spec.settings());
    settings.put(ServiceSpec.DEVICE, engine.device());
    settings.put(ServiceSpec.COMMIT, commit);
    services.put(
        spec.name(),
        new ServiceRecord(
            spec.name(),
            spec.provider(),
            spec.model().argument(),
            spec.model().servedName(),
            engine.provider(),
            engine.build(),
            spec.options().port(),
            settings));
  }

  @Override
  public Optional<ServiceRecord> service(ServiceName name) {
    return services().stream().filter(record -> record.service().equals(name)).findFirst();
  }

  @Override
  public synchronized List<ServiceRecord> services() {
    return List.copyOf(services.values());
  }

  @Override
  public synchronized void record(StepRecord step) {
    write();
    if (step.standing() != null) {
      standings.put(step.service(), step.standing());
    }
    for (HistoryEntry entry : step.entries()) {
      history.add(
          new HistoryEntry(
              history.size() + 1L,
              entry.service(),
              entry.at(),
              entry.kind(),
              entry.launch(),
              entry.from(),
              entry.to(),
              entry.what(),
              entry.code(),
              entry.evidence()));
    }
    if (step.incident() != null) {
      incidents.putIfAbsent(step.incident().id(), step.incident());
    }
    if (step.decision() != null) {
      incidents.computeIfPresent(
          step.service() + "-" + step.launch(), (_, known) -> decided(known, step.decision()));
    }
    fate.at("after write");
  }

  private static Incident decided(Incident known, String decision) {
    return new Incident(
        known.service(),
        known.launch(),
        known.at(),
        known.doing(),
        known.exit(),
        known.failure(),
        decision);
  }

  @Override
  public synchronized Optional<Standing> standing(ServiceName service) {
    return Optional.ofNullable(standings.get(service));
  }

  @Override
  public synchronized void forget(ServiceName service) {
    standings.remove(service);
    wishes.remove(service);
  }

  @Override
  public synchronized void saveWish(ServiceName service, @Nullable ModelWish wish) {
    write();
    if (wish == null) {
      wishes.remove(service);
    } else {
      wishes.put(service, wish);
    }
  }

  @Override
  public synchronized Optional<ModelWish> wish(ServiceName service) {
    return Optional.ofNullable(wishes.get(service));
  }

  @Override
  public synchronized List<HistoryEntry> history(
      @Nullable ServiceName service, Instant since, int most) {
    List<HistoryEntry> of =
        history.stream()
            .filter(each -> service == null || each.service().equals(service))
            .filter(each -> !each.at().isBefore(since))
            .toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }

  @Override
  public synchronized List<Incident> incidents(@Nullable ServiceName service, int most) {
    List<Incident> of =
        incidents.values().stream()
            .filter(each -> service == null || each.service().equals(service))
            .toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }

  @Override
  public synchronized void writeLease(Lease lease) {
    write();
    leases.put(lease.service() + "/" + lease.epoch(), lease);
    epochs.merge(lease.service(), lease.epoch(), Math::max);
    fate.at("after write");
  }

  @Override
  public synchronized void updateLease(Lease lease) {
    write();
    leases.replace(lease.service() + "/" + lease.epoch(), lease);
  }

  @Override
  public synchronized void removeLease(ServiceName service, long epoch) {
    fate.at("before write");
    leases.remove(service + "/" + epoch);
  }

  @Override
  public List<Lease> leases(ServiceName service) {
    return leases().stream().filter(lease -> lease.service().equals(service)).toList();
  }

  @Override
  public synchronized List<Lease> leases() {
    return List.copyOf(leases.values());
  }

  @Override
  public synchronized void appendStart(StartRecord start, Map<String, String> circumstances) {
    write();
    boolean known =
        starts.stream()
            .anyMatch(
                each -> each.service().equals(start.service()) && each.epoch() == start.epoch());
    if (!known) {
      starts.add(start);
      if (!circumstances.isEmpty()) {
        good.put(start.service(), new GoodStart(start.at(), circumstances));
      }
    }
  }

  @Override
  public synchronized Optional<GoodStart> lastGoodStart(ServiceName service) {
    return Optional.ofNullable(good.get(service));
  }

  @Override
  public synchronized List<StartRecord> starts(@Nullable ServiceName service, int most) {
    List<StartRecord> of =
        starts.stream().filter(each -> service == null || each.service().equals(service)).toList();
    return of.subList(Math.max(0, of.size() - most), of.size());
  }

  /** As an earlier version left it: how anything was launched was not written down. */
  public synchronized void forgetServices() {
    services.clear();
  }
}
