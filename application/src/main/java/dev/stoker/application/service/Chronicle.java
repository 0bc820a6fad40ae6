package dev.stoker.application.service;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.HistoryEntry.Kind;
import dev.stoker.application.Incident;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.StepRecord;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.service.AfterEnd;
import dev.stoker.domain.service.LifecyclePolicy;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.MachineState.Failed;
import dev.stoker.domain.service.MachineState.Observed;
import dev.stoker.domain.service.MachineState.Recovering;
import dev.stoker.domain.service.MachineState.Running;
import dev.stoker.domain.service.MachineState.Starting;
import dev.stoker.domain.service.MachineState.Stopping;
import dev.stoker.domain.service.MachineState.Sweeping;
import dev.stoker.domain.service.MachineState.WaitingToRestart;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Transition;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what a step of a service has brought, before anything is done or answered (D9,
 * NFR-013, NFR-014, FR-048): where it stands, what happened, and, of an end that nobody asked for,
 * an incident.
 */
final class Chronicle {
  private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

  private final StateStore store;

  @Inject
  Chronicle(StateStore store) {
    this.store = store;
  }

  /** One step of a service. */
  record Step(ServiceName service, MachineState from, ServiceEvent event, Transition made) {
    MachineState to() {
      return made.next();
    }

    long launch() {
      return to().memory().epoch();
    }
  }

  /**
   * {@return what is to be kept of a step}
   *
   * @param unwritten whether an earlier step could not be written
   */
  static StepRecord record(Step step, Instant at, boolean unwritten) {
    say(step);
    Standing before = Standing.of(step.from());
    Standing after = Standing.of(step.to());
    return new StepRecord(
        step.service(),
        unwritten || !after.equals(before) ? after : null,
        entries(step, at),
        incident(step, at),
        decision(step),
        step.from().memory().epoch());
  }

  /** {@return what is to be kept of a state that no step has led to} */
  static StepRecord record(ServiceName service, MachineState state) {
    return new StepRecord(service, Standing.of(state), List.of(), null, null, 0);
  }

  /** {@return why it could not be written, or null: then it is durable} */
  @Nullable Failure write(StepRecord record) {
    try {
      store.record(record);
      return null;
    } catch (LifecycleException e) {
      // A full disk must not keep a server from being stopped: said, and gone on.
      error(record.service(), e.failure());
      return e.failure();
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("service", record.service()).log("not written");
      return new Internal(String.valueOf(e));
    }
  }

  private static void say(Step step) {
    MachineState from = step.from();
    MachineState to = step.to();
    Failure failure = failureIn(to);
    if (failure != null && !failure.equals(failureIn(from))) {
      error(step.service(), failure);
    }
    if (from.serviceState() == to.serviceState()) {
      log.atDebug()
          .addKeyValue("service", step.service())
          .addKeyValue("event", step.event())
          .addKeyValue("reason", step.made().reason())
          .log("state kept");
      return;
    }
    log.atInfo()
        .addKeyValue("service", step.service())
        .addKeyValue("from", from.serviceState().printed())
        .addKeyValue("to", to.serviceState().printed())
        .addKeyValue("reason", step.made().reason())
        .log("state changed");
  }

  private static @Nullable Failure failureIn(MachineState state) {
    return switch (state) {
      case Failed failed -> failed.why();
      case WaitingToRestart waiting -> waiting.why();
      // What a Stoker finds at its begin is told when it is known what becomes of it.
      case Recovering _ -> null;
      // One for each way of not serving, however many checks it lasts.
      case Observed observed when observed.serviceState() == ServiceState.FAILED ->
          new HealthLost(LifecyclePolicy.FAILED_CHECKS, observed.last().describe());
      default -> toRecoverFrom(state);
    };
  }

  private static List<HistoryEntry> entries(Step step, Instant at) {
    List<HistoryEntry> entries = new ArrayList<>();
    boolean handled = step.from() != step.to();
    switch (step.event()) {
      case ServiceEvent.Launched launched when handled ->
          entries.add(entry(step, at, Kind.LAUNCH, "pid " + launched.process().pid(), null));
      case ServiceEvent.Found found when handled ->
          entries.add(entry(step, at, Kind.FOUND, "pid " + found.process().pid(), null));
      case ServiceEvent.ProcessExited exited when handled ->
          entries.add(
              entry(step, at, Kind.EXIT, exited.status().describe(), unasked(step, exited)));
      case ServiceEvent.NotLaunched not when handled ->
          entries.add(entry(step, at, Kind.ERROR, not.why().what(), not.why()));
      case ServiceEvent.StartGivenUp given when handled ->
          entries.add(entry(step, at, Kind.ERROR, given.why().what(), given.why()));
      default -> {}
    }
    if (step.from().serviceState() != step.to().serviceState()) {
      entries.add(
          new HistoryEntry(
              0,
              step.service(),
              at,
              Kind.TRANSITION,
              step.launch(),
              step.from().serviceState(),
              step.to().serviceState(),
              step.made().reason(),
              null,
              List.of()));
    }
    if (step.to() instanceof WaitingToRestart && !(step.from() instanceof WaitingToRestart)) {
      entries.add(entry(step, at, Kind.RESTART, decided(step.made()), null));
    }
    if (step.to() instanceof Failed failed && !(step.from() instanceof Failed)) {
      entries.add(entry(step, at, Kind.ERROR, failed.why().what(), failed.why()));
    }
    return entries;
  }

  /** The end of a server that was told to end is no failure. */
  private static @Nullable Failure unasked(Step step, ServiceEvent.ProcessExited exited) {
    return step.from() instanceof Stopping ? null : exited.why();
  }

  /** The reason without the failure, which is an entry of its own. */
  private static String decided(Transition made) {
    return made.reason().split(":", 2)[0];
  }

  private static HistoryEntry entry(
      Step step, Instant at, Kind kind, String what, @Nullable Failure failure) {
    return new HistoryEntry(
        0,
        step.service(),
        at,
        kind,
        step.launch(),
        null,
        null,
        what,
        failure == null ? null : failure.code(),
        failure == null ? List.of() : failure.evidence().lines());
  }

  /** An end that nobody asked for begins where a restart is to follow and none was before. */
  private static @Nullable Incident incident(Step step, Instant at) {
    Failure why = toRecoverFrom(step.to());
    boolean looking = step.to() instanceof Recovering;
    if (why == null || looking || step.launch() == 0 || !wasUp(step.from())) {
      return null;
    }
    String exit =
        switch (step.event()) {
          case ServiceEvent.ProcessExited exited -> exited.status().describe();
          case ServiceEvent.Broken _ -> "found dead";
          default -> "given up by Stoker";
        };
    return new Incident(
        step.service(), step.launch(), at, doing(step.from()), exit, Reported.of(why), "");
  }

  private static boolean wasUp(MachineState state) {
    return state instanceof Starting || state instanceof Running || state instanceof Recovering;
  }

  private static String doing(MachineState state) {
    return switch (state) {
      case Starting starting -> starting.phase().label();
      case Running _ -> "serving";
      default -> "not watched: Stoker had ended";
    };
  }

  private static @Nullable String decision(Step step) {
    if (toRecoverFrom(step.from()) == null
        || step.from() instanceof Recovering
        || toRecoverFrom(step.to()) != null) {
      return null;
    }
    return step.made().reason();
  }

  private static @Nullable Failure toRecoverFrom(MachineState state) {
    AfterEnd next =
        switch (state) {
          case Stopping stopping -> stopping.next();
          case Sweeping sweeping -> sweeping.next();
          case Recovering recovering -> recovering.next();
          default -> null;
        };
    return next instanceof AfterEnd.Recover recover ? recover.why() : null;
  }

  static void error(ServiceName service, Failure failure) {
    log.atError()
        .addKeyValue("service", service)
        .addKeyValue("code", failure.code().code())
        .addKeyValue("what", failure.what())
        .addKeyValue("cause", failure.cause())
        .log("failure");
  }
}
