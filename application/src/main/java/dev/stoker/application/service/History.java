package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.domain.service.ServiceName;
import java.util.List;

/** What was written down of a service's transitions. */
final class History {
  private History() {}

  static List<ServiceNotice.Changed> of(StateStore store, ServiceName name, int most) {
    return store.transitions(name, most).stream()
        .map(
            record ->
                new ServiceNotice.Changed(
                    record.service(), record.at(), record.from(), record.to(), record.reason()))
        .toList();
  }
}
