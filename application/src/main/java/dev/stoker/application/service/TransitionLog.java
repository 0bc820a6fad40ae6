package dev.stoker.application.service;

import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.HeldDown;
import dev.stoker.application.port.out.StateStore.TransitionRecord;
import dev.stoker.domain.failure.ControlFailure.Reported;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.AfterEnd;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where transitions are logged and kept (NFR-013), and failures with them (FR-048).
 */
final class TransitionLog {
  private static final Logger log = LoggerFactory.getLogger(TransitionLog.class);

  private final StateStore store;

  @Inject
  TransitionLog(StateStore store) {
    this.store = store;
  }

  void changed(ServiceName service, Instant at, MachineState from, MachineState to, String reason) {
    log.atInfo()
        .addKeyValue("service", service)
        .addKeyValue("from", from.serviceState().printed())
        .addKeyValue("to", to.serviceState().printed())
        .addKeyValue("reason", reason)
        .log("state changed");
    switch (to) {
      case MachineState.Failed failed -> error(service, failed.why());
      case MachineState.WaitingToRestart waiting -> error(service, waiting.why());
      default -> {}
    }
    try {
      store.appendTransition(
          new TransitionRecord(service, at, from.serviceState(), to.serviceState(), reason));
    } catch (LifecycleException e) {
      // A full disk must not keep a server from being stopped: said, and gone on.
      error(service, e.failure());
    }
  }

  /** What was stopped by hand, or has failed, stays so across restarts of Stoker. */
  void keepDown(ServiceName service, MachineState to) {
    try {
      saveHeldDown(service, to);
    } catch (LifecycleException e) {
      error(service, e.failure());
    }
  }

  private void saveHeldDown(ServiceName service, MachineState to) {
    switch (to) {
      case MachineState.Failed failed ->
          store.saveHeldDown(service, new HeldDown(Reported.of(failed.why())));
      case MachineState.Stopped stopped when stopped.byHand() ->
          store.saveHeldDown(service, new HeldDown(null));
      // Durable before it is done: a Stoker killed meanwhile must not start it again.
      case MachineState.Stopping stopping when isByHand(stopping.next()) ->
          store.saveHeldDown(service, new HeldDown(null));
      case MachineState.Sweeping sweeping when isByHand(sweeping.next()) ->
          store.saveHeldDown(service, new HeldDown(null));
      case MachineState.Launching _ -> store.saveHeldDown(service, null);
      default -> {}
    }
  }

  private static boolean isByHand(AfterEnd next) {
    return next instanceof AfterEnd.StayDown down && down.byHand();
  }

  void unchanged(ServiceName service, ServiceEvent event, String reason) {
    log.atDebug()
        .addKeyValue("service", service)
        .addKeyValue("event", event)
        .addKeyValue("reason", reason)
        .log("state kept");
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
