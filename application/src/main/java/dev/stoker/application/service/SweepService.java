package dev.stoker.application.service;

import dev.stoker.application.port.in.LeftoverSweep;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.ProcessTrees.Stray;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.unit.Port;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what a killed Stoker left, by its leases and by the marks of processes, and ends it. */
final class SweepService implements LeftoverSweep {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final StateStore store;
  private final ResourceLedger ledger;
  private final ProcessTrees trees;
  private final RunFolders folders;

  @Inject
  SweepService(StateStore store, ProcessTrees trees, RunFolders folders, ResourceLedger ledger) {
    this.ledger = ledger;
    this.store = store;
    this.trees = trees;
    this.folders = folders;
  }

  @Override
  public List<Leftover> find() {
    return leases().stream().map(this::describe).toList();
  }

  @Override
  public List<Leftover> reserve(ServiceName own) {
    List<Leftover> living = new ArrayList<>();
    for (Lease lease : store.leases()) {
      Leftover leftover = describe(lease);
      if (leftover.living() > 0) {
        ledger.remember(lease.service(), lease.port());
      }
      if (lease.service().equals(own)) {
        continue;
      }
      if (leftover.living() == 0) {
        sweep(lease);
      } else {
        store.service(lease.service()).ifPresent(this::hold);
        living.add(leftover);
      }
    }
    return living;
  }

  private void hold(ServiceRecord record) {
    record.launchedAs().ifPresent(spec -> ledger.hold(spec, record.device()));
  }

  @Override
  public List<Leftover> strays() {
    Set<String> known = store.leases().stream().map(Lease::cookie).collect(Collectors.toSet());
    return leases().stream()
        .filter(lease -> !known.contains(lease.cookie()))
        .map(this::describe)
        .toList();
  }

  @Override
  public List<Swept> sweep() {
    return leases().stream().map(this::sweep).toList();
  }

  private Swept sweep(Lease lease) {
    Leftover leftover = describe(lease);
    ProcessTrees.Report report = trees.sweep(lease, LIMIT);
    if (report.survivors().isEmpty()) {
      folders.remove(lease.folder());
      store.removeLease(lease.service(), lease.epoch());
    }
    return new Swept(leftover, report.killed(), report.survivors());
  }

  /**
   * What is written down, and what only the processes themselves still tell: the state was lost.
   */
  private List<Lease> leases() {
    Map<String, Lease> byCookie = new LinkedHashMap<>();
    store.leases().forEach(lease -> byCookie.put(lease.cookie(), lease));
    for (Stray stray : trees.strays()) {
      byCookie.computeIfAbsent(stray.cookie(), _ -> leaseOf(stray));
    }
    return List.copyOf(byCookie.values());
  }

  private Lease leaseOf(Stray stray) {
    RunFolders.Folder folder = folders.locate(stray.service(), stray.epoch());
    return new Lease(
        stray.service(),
        stray.epoch(),
        stray.cookie(),
        stray.process().bootId(),
        null,
        new Port(Port.HIGHEST),
        folder.path(),
        folder.log(),
        Instant.EPOCH,
        null,
        Set.of());
  }

  private Leftover describe(Lease lease) {
    List<ProcessIdentity> living = trees.observe(lease).identities();
    String who =
        living.isEmpty()
            ? "no process of it lives"
            : "pid "
                + living.stream()
                    .map(process -> Long.toString(process.pid()))
                    .collect(Collectors.joining(", "));
    String where =
        lease.takenAt().equals(Instant.EPOCH)
            ? " (found by its mark; the state does not know it)"
            : " on port " + lease.port();
    return new Leftover(
        lease.service(), "service '" + lease.service() + "'" + where + ", " + who, living.size());
  }
}
