package dev.stoker.application.service;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.failure.ControlFailure.ServiceDiffers;
import dev.stoker.domain.failure.ControlFailure.UnknownService;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.LifecyclePolicy;
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
import org.jspecify.annotations.Nullable;
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

  /** Done when it is down; then it is no more. Null while it is to stay; mailbox's thread alone. */
  private @Nullable Runnable leaving;

  /** Whether it is no more; nobody is to begin anything with it. */
  private volatile boolean gone;

  /** Whether the file defines it; mailbox's thread alone. */
  private boolean fromFile;

  /**
   * Who owns the process; another mode than the spec's until it is down; mailbox's thread alone.
   */
  private LifecycleMode modeInForce;

  /** What it is meant to be; written by the mailbox's thread alone. */
  private volatile ServiceSpec spec;

  /** Written by the mailbox's thread, and by no other. */
  private MachineState state;

  private Supervisor(
      ServiceSpec spec, MachineState initial, Factory parts, Consumer<ServiceNotice> listener) {
    this.spec = spec;
    this.state = initial;
    this.modeInForce = spec.options().mode();
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

  /** {@return whether it is no more} */
  boolean isGone() {
    return gone;
  }

  /** It comes from the file; before anybody else knows it. */
  Supervisor ofFile() {
    fromFile = true;
    return this;
  }

  /**
   * Stops it for good: when it is down {@code forget} is run, unless it was made another meanwhile.
   */
  CompletableFuture<ServiceStatus> retire(Runnable forget) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    deliver(
        "retire",
        waiter,
        () -> {
          requireHere();
          leaving = forget;
          if (isDown(state)) {
            leaveIfDown();
            waiter.complete(board.status());
          } else {
            waiters.awaitDown(waiter);
            handle(new ServiceCommand.Stop(false, false));
          }
        });
    return waiter;
  }

  private void leaveIfDown() {
    Runnable forget = leaving;
    if (forget != null && isDown(state)) {
      gone = true;
      forget.run();
    }
  }

  private void requireHere() {
    if (gone) {
      throw new LifecycleException(new UnknownService(spec.name(), List.of()));
    }
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
          requireHere();
          if (leaving != null && !(command instanceof ServiceCommand.Stop)) {
            throw new LifecycleException(new Cancelled("the service is being removed"));
          }
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
    requireHere();
    boolean keepsPort = !byFile && next.portMayMove();
    ServiceSpec target = keepsPort ? next.onPort(spec.options().port()) : next;
    List<String> differences = spec.differences(target);
    List<String> hard = differences.stream().filter(ServiceSpec::needsRestart).toList();
    boolean up = !isDown(state);
    // What the file says, nobody but the file changes.
    List<String> kept = fromFile ? differences : hard;
    if ((up || fromFile) && !kept.isEmpty() && !byFile) {
      throw new LifecycleException(new ServiceDiffers(spec.name(), kept));
    }
    leaving = null;
    fromFile |= byFile;
    spec = byFile ? target : ledger.assignPort(target);
    adoptMode();
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
    LifecyclePolicy policy = spec.options().policy().in(modeInForce);
    Transition transition = ServiceMachine.step(before, event, policy, now);
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
    adoptMode();
    leaveIfDown();
  }

  /** A new mode holds when the server of the old one is down: none is abandoned. */
  private void adoptMode() {
    if (isDown(state)) {
      modeInForce = spec.options().mode();
    }
  }

  private void tell(ServiceNotice notice) {
    listener.accept(notice);
  }
}
