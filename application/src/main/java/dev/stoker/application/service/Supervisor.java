package dev.stoker.application.service;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.failure.ControlFailure.ServiceDiffers;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.Transition;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of one service's state: the only caller of {@link ServiceMachine#step}.
 *
 * <p>Events go into a mailbox; effects are handed to the {@link EffectInterpreter}, and what comes
 * of them returns as events. What others read is one volatile snapshot.
 */
final class Supervisor {
  private static final Logger logger = LoggerFactory.getLogger(Supervisor.class);

  private final InstantSource clock;
  private final EffectInterpreter interpreter;
  private final TransitionLog log;
  private final ResourceLedger ledger;
  private final Mailbox mailbox;
  private final Consumer<ServiceNotice> listener;
  private final Waiters waiters = new Waiters();
  private final StatusBoard board;

  /** Whether it is to be forgotten when it is down. */
  private volatile boolean leaving;

  /** What it is meant to be; written by the mailbox's thread alone. */
  private volatile ServiceSpec spec;

  /** Written by the mailbox's thread, and by no other. */
  private MachineState state;

  private Supervisor(
      ServiceSpec spec, MachineState initial, Factory parts, Consumer<ServiceNotice> listener) {
    this.spec = spec;
    this.state = initial;
    this.clock = parts.ports.clock();
    this.log = parts.log;
    this.ledger = parts.ledger;
    this.listener = listener;
    this.mailbox = new Mailbox("service-" + spec.name(), parts.ports.scheduler());
    this.board = new StatusBoard(() -> this.spec, initial);
    this.interpreter = parts.interpreters.create(() -> this.spec, board, this::post, this::tell);
  }

  /** Makes one for each service. */
  static final class Factory {
    private final DrivenPorts ports;
    private final TransitionLog log;
    private final ResourceLedger ledger;
    private final EffectInterpreter.Factory interpreters;

    @Inject
    Factory(
        DrivenPorts ports,
        TransitionLog log,
        ResourceLedger ledger,
        EffectInterpreter.Factory interpreters) {
      this.ports = ports;
      this.log = log;
      this.ledger = ledger;
      this.interpreters = interpreters;
    }

    Supervisor create(ServiceSpec spec, MachineState initial, Consumer<ServiceNotice> listener) {
      return new Supervisor(spec, initial, this, listener);
    }
  }

  /** {@return what is known; one volatile read} */
  ServiceStatus status() {
    return board.status();
  }

  /** It is to be forgotten when it is down. */
  void leave() {
    leaving = true;
  }

  /** It is wanted again. */
  void stay() {
    leaving = false;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** {@return what it is meant to be} */
  ServiceSpec spec() {
    return spec;
  }

  /** Tells it that something happened. */
  void post(ServiceEvent event) {
    deliver(event.toString(), new CompletableFuture<>(), () -> handle(event));
  }

  /** {@return the future of what is wished} */
  CompletableFuture<ServiceStatus> command(ServiceCommand command) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    deliver(
        command.toString(),
        waiter,
        () -> {
          if (command instanceof ServiceCommand.Stop) {
            waiters.awaitDown(waiter);
          } else {
            waiters.awaitReady(waiter);
          }
          handle(command);
        });
    return waiter;
  }

  /**
   * Makes it another.
   *
   * @param byFile whether the file says so: then one that is up is restarted where it must be; else
   *     that is refused
   */
  CompletableFuture<ServiceChange> redefine(ServiceSpec next, boolean byFile) {
    CompletableFuture<ServiceChange> done = new CompletableFuture<>();
    deliver("redefine", done, () -> done.complete(become(next, byFile)));
    return done;
  }

  private ServiceChange become(ServiceSpec next, boolean byFile) {
    boolean keepsPort = !byFile && next.portMayMove();
    ServiceSpec target = keepsPort ? next.onPort(spec.options().port()) : next;
    List<String> differences = spec.differences(target);
    List<String> hard = differences.stream().filter(ServiceSpec::needsRestart).toList();
    boolean up = !isDown(state);
    if (up && !hard.isEmpty() && !byFile) {
      throw new LifecycleException(new ServiceDiffers(spec.name(), hard));
    }
    spec = byFile ? target : ledger.assignPort(target);
    board.redefined(state);
    if (differences.isEmpty()) {
      return new ServiceChange(spec.name(), Kind.UNCHANGED, List.of());
    }
    if (up && !hard.isEmpty()) {
      handle(new ServiceCommand.Restart());
      return new ServiceChange(spec.name(), Kind.RESTARTED, differences);
    }
    return new ServiceChange(spec.name(), Kind.CHANGED, differences);
  }

  private static boolean isDown(MachineState state) {
    return switch (state) {
      case MachineState.Stopped _, MachineState.Failed _ -> true;
      case MachineState.Unknown _, MachineState.Observed _ -> true;
      default -> false;
    };
  }

  /** A fault of ours must not stop the mailbox: the next event may be the stop that cleans up. */
  private void deliver(String what, CompletableFuture<?> waiter, Runnable work) {
    mailbox.deliver(
        () -> {
          try {
            work.run();
          } catch (LifecycleException e) {
            waiter.completeExceptionally(e);
          } catch (RuntimeException e) {
            logger
                .atError()
                .setCause(e)
                .addKeyValue("service", spec.name())
                .addKeyValue("event", what)
                .log("event not handled");
            waiter.completeExceptionally(
                new LifecycleException(new Internal(String.valueOf(e)), e));
          }
        });
  }

  private void handle(ServiceEvent event) {
    Instant now = clock.instant();
    MachineState before = state;
    Transition transition = ServiceMachine.step(before, event, spec.options().policy(), now);
    state = transition.next();
    board.entered(state, event, now);
    if (before.serviceState() != state.serviceState()) {
      log.changed(spec.name(), now, before, state, transition.reason());
      tell(
          new ServiceNotice.Changed(
              spec.name(), now, before.serviceState(), state.serviceState(), transition.reason()));
    } else {
      log.unchanged(spec.name(), event, transition.reason());
    }
    if (before != state) {
      log.keepDown(spec.name(), state);
      ledger.standsAt(spec.name(), state);
    }
    for (Effect effect : transition.effects()) {
      if (effect instanceof Effect.Settle settle) {
        waiters.settle(settle.settlement(), board.status());
      } else {
        interpreter.run(effect);
      }
    }
  }

  private void tell(ServiceNotice notice) {
    listener.accept(notice);
  }
}
