package dev.stoker.cli.command;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.domain.failure.ControlFailure.UnknownService;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How services stand: as the daemon says, or, where none answers, as was written down last.
 *
 * @param daemon who was asked, null when none answers
 * @param statuses what was said
 */
record View(@Nullable RunningServices daemon, List<ServiceStatus> statuses) {
  View {
    statuses = List.copyOf(statuses);
  }

  static View of(Session session) {
    return session
        .ifAnswering(daemon -> new View(daemon, daemon.orchestrator().statuses()))
        .orElseGet(() -> new View(null, session.useCases().get().recordedServices().statuses()));
  }

  /** Says so where nobody was asked. */
  void explain(Session session) {
    if (daemon == null) {
      session
          .terminal()
          .say(
              "note: no daemon runs ('stoker serve'); this is what was written down last, beside"
                  + " what lives now");
    }
  }

  /** {@return those that are asked for, in that order; all of them when none is} */
  List<ServiceStatus> only(List<ServiceName> names) {
    return names.isEmpty() ? statuses : names.stream().map(this::one).toList();
  }

  private ServiceStatus one(ServiceName name) {
    return statuses.stream()
        .filter(status -> status.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new LifecycleException(
                    new UnknownService(name, statuses.stream().map(ServiceStatus::name).toList())));
  }
}
