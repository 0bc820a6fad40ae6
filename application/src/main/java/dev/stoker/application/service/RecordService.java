package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.RecordedServices;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.RunFolders;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.HeldDown;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.application.port.out.StateStore.TransitionRecord;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
    if (!store.openForReading()) {
      return List.of();
    }
    try {
      List<Lease> leases = store.leases();
      return store.services().stream().map(record -> status(record, leases)).toList();
    } finally {
      store.close();
    }
  }

  @Override
  public List<ServiceNotice.Changed> transitions(ServiceName name, int most) {
    if (!store.openForReading()) {
      return List.of();
    }
    try {
      return History.of(store, name, most);
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
    List<ProcessIdentity> living = lease == null ? List.of() : trees.observe(lease).members();
    List<TransitionRecord> last = store.transitions(name, 1);
    ServiceState written = last.isEmpty() ? ServiceState.STOPPED : last.getLast().to();
    ServiceState state = judge(written, !living.isEmpty());
    Optional<HeldDown> held = store.heldDown(name);
    Instant since =
        written == ServiceState.RUNNING && !living.isEmpty() ? last.getLast().at() : null;
    return new ServiceStatus(
        name,
        state,
        record.model(),
        record.servedName(),
        record.port(),
        record.engine(),
        record.engineVersion(),
        pid(lease, living),
        null,
        null,
        since,
        null,
        held.map(HeldDown::failure).orElse(null),
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

  private static ServiceState judge(ServiceState written, boolean lives) {
    if (lives) {
      return ServiceState.UNKNOWN;
    }
    return switch (written) {
      case STOPPED, FAILED -> written;
      // It was up, or on its way, when its Stoker ended, and is gone.
      case RUNNING, STARTING, STOPPING, CRASHED, UNKNOWN -> ServiceState.CRASHED;
    };
  }
}
