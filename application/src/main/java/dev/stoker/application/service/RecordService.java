package dev.stoker.application.service;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.RecordedServices;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells from what was written down, and from what lives, how services stood when nobody can be
 * asked. What only a Stoker that watches can know is not claimed: a server that lives is Unknown.
 */
final class RecordService implements RecordedServices {
  private final StateStore store;
  private final ProcessTrees trees;
  private final RunFolders folders;

  @Inject
  RecordService(StateStore store, ProcessTrees trees, RunFolders folders) {
    this.store = store;
    this.trees = trees;
    this.folders = folders;
  }

  @Override
  public List<ServiceStatus> statuses() {
    return read(
        () -> {
          List<Lease> leases = store.leases();
          return store.services().stream().map(record -> status(record, leases)).toList();
        });
  }

  @Override
  public List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most) {
    return read(() -> store.history(service, since, Math.min(most, MOST)));
  }

  @Override
  public List<Incident> incidents(@Nullable ServiceName service, int most) {
    return read(() -> store.incidents(service, Math.min(most, MOST)));
  }

  private <T> List<T> read(Supplier<List<T>> question) {
    if (!store.openForReading()) {
      return List.of();
    }
    try {
      return question.get();
    } finally {
      store.close();
    }
  }

  private ServiceStatus status(ServiceRecord record, List<Lease> leases) {
    ServiceName name = record.service();
    Lease lease =
        leases.stream()
            .filter(each -> each.service().equals(name))
            .reduce((_, b) -> b)
            .orElse(null);
    List<ProcessIdentity> living = lease == null ? List.of() : trees.observe(lease).identities();
    Want want = store.standing(name).map(Standing::want).orElseGet(() -> new Want.Down(false));
    ServiceState state = judge(want, !living.isEmpty());
    Instant since = lease == null || living.isEmpty() ? null : lease.readyAt();
    return new ServiceStatus(
        name,
        state,
        record.model(),
        record.servedName(),
        List.of(),
        record.port(),
        record.engine(),
        record.engineVersion(),
        pid(lease, living),
        null,
        null,
        since,
        null,
        null,
        "",
        want instanceof Want.GivenUp up ? up.why() : null,
        List.of(),
        folders.latestLog(name).map(Path::toString).orElse(null));
  }

  private static @Nullable Long pid(@Nullable Lease lease, List<ProcessIdentity> living) {
    ProcessIdentity main = lease == null ? null : lease.process();
    if (main != null && living.contains(main)) {
      return main.pid();
    }
    return living.isEmpty() ? null : living.getFirst().pid();
  }

  private static ServiceState judge(Want want, boolean lives) {
    if (lives) {
      return ServiceState.UNKNOWN;
    }
    return switch (want) {
      case Want.Down _ -> ServiceState.STOPPED;
      case Want.GivenUp _ -> ServiceState.FAILED;
      // It was up, or on its way, when its Stoker ended, and is gone.
      case Want.Up _ -> ServiceState.CRASHED;
      case Want.Watched _ -> ServiceState.UNKNOWN;
    };
  }
}
