package dev.stoker.application.service;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was written down of what happened. */
final class HistoryService implements ServiceHistory {
  private final StateStore store;

  @Inject
  HistoryService(StateStore store) {
    this.store = store;
  }

  @Override
  public List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most) {
    return store.history(service, since, Math.min(most, MOST));
  }

  @Override
  public List<Incident> incidents(@Nullable ServiceName service, int most) {
    return store.incidents(service, Math.min(most, MOST));
  }
}
