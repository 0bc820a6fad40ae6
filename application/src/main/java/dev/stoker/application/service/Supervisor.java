package dev.stoker.application.service;

import dev.stoker.application.OptionTable;
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
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.LifecycleMode;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.domain.service.Transition;
import dev.stoker.domain.unit.Moment;
import jakarta.inject.Inject;
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

  private final DrivenPorts ports;
  private final EffectInterpreter interpreter;
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

  private final KeptStanding kept;

  /** What it is meant to be; written by the mailbox's thread alone. */
  private volatile ServiceSpec spec;

  /** Written by the mailbox's thread, and by no other. */
  private MachineState state;

  private Supervisor(
      ServiceSpec spec, Transition restored, Factory parts, Consumer<ServiceNotice> listener) {
    this.spec = spec;
    this.state = restored.next();
    this.ports = parts.ports;
    this.ledger = parts.ledger;
    this.listener = listener;
    this.mailbox = new Mailbox("service-" + spec.name(), parts.ports.scheduler());
    this.board = new StatusBoard(() -> this.spec, state);
    this.kept =
        new KeptStanding(
            spec.name(),
            parts.chronicle,
            parts.ports.scheduler(),
            work -> deliver("write again", new CompletableFuture<>(), work),
            incident -> parts.hooks.tell(incident, this.spec.options()));
    this.interpreter = parts.interpreters.create(() -> this.spec, board, this::post, this::tell);
  }

  /** Makes one for each service. */
  static final class Factory {
    private final DrivenPorts ports;
    private final Chronicle chronicle;
    private final ResourceLedger ledger;
    private final EffectInterpreter.Factory interpreters;
    private final IncidentHooks hooks;

    @Inject
    Factory(
        DrivenPorts ports,
        Chronicle chronicle,
        ResourceLedger ledger,
        EffectInterpreter.Factory interpreters,
        IncidentHooks hooks) {
      this.ports = ports;
      this.chronicle = chronicle;
      this.ledger = ledger;
      this.interpreters = interpreters;
      this.hooks = hooks;
    }

    /**
     * Makes one that stands where an earlier Stoker left it.
     *
     * @param leased whether a launch of it was never proven gone
     */
    Supervisor create(
        ServiceSpec spec, Standing standing, boolean leased, Consumer<ServiceNotice> listener) {
      Moment now = new Moment(ports.clock().instant(), ports.uptime().now());
      Transition restored = ServiceMachine.restore(standing, leased, spec.policy(), now);
      Supervisor made = new Supervisor(spec, restored, this, listener);
      boolean known = Standing.of(restored.next()).equals(standing);
      made.deliver(
          "restore",
          new CompletableFuture<>(),
          () -> {
            if (!known) {
              made.kept.begin(made.state);
            }
            made.perform(restored.effects());
          });
      return made;
    }
  }

  /** {@return what is known; one volatile read} */
  ServiceStatus status() {
    return board.status();
  }

  /**
   * {@return what is known, where that is answer enough for who needs it to serve; else null}
   *
   * <p>Of one that is assumed to be there, only a look tells.
   */
  @Nullable ServiceStatus healthy() {
    ServiceStatus now = board.status();
    return now.state() == ServiceState.RUNNING && spec.options().mode() != LifecycleMode.EXTERNAL
        ? now
        : null;
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
      kept.forget();
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
          if (command instanceof ServiceCommand.Stop) {
            requireHere();
          } else {
            requireStaying();
          }
          Permission.require(command, spec.options().mode(), state, leaving != null);
          await(command, waiter);
        });
    return waiter;
  }

  private void await(ServiceCommand command, CompletableFuture<ServiceStatus> waiter) {
    if (command instanceof ServiceCommand.Stop) {
      waiters.awaitDown(waiter);
    } else {
      waiters.awaitReady(waiter);
    }
    handle(command);
  }

  /**
   * {@return the future of what is needed, with this model (FR-005)}
   *
   * <p>One that serves another is restarted with this one; one that is stopped by hand, or has
   * failed, stays so.
   */
  CompletableFuture<ServiceStatus> ensure(ModelReference model, Consumer<ServiceSpec> keepWish) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    deliver(
        "ensure " + model.argument(),
        waiter,
        () -> {
          requireStaying();
          boolean same = spec.model().equals(model);
          if (!same && !spec.options().mode().ownsProcess()) {
            throw new LifecycleException(
                new ServiceDiffers(spec.name(), List.of(OptionTable.MODEL)));
          }
          Want want = Standing.of(state).want();
          boolean refused =
              want instanceof Want.GivenUp || (want instanceof Want.Down down && down.byHand());
          if (same || refused) {
            await(new ServiceCommand.EnsureHealthy(), waiter);
            return;
          }
          // Who waits for the other model is not to be told that this one serves.
          waiters.settle(
              new Effect.Settlement.Aborted(
                  new Cancelled("another model was asked for: " + model.argument())),
              board.status(),
              kept.unwritten());
          keepWish.accept(spec.withModel(model));
          spec = spec.withModel(model);
          board.redefined(state);
          await(
              want instanceof Want.Up
                  ? new ServiceCommand.Restart()
                  : new ServiceCommand.EnsureHealthy(),
              waiter);
        });
    return waiter;
  }

  private void requireStaying() {
    requireHere();
    if (leaving != null) {
      throw new LifecycleException(new Cancelled("the service is being removed"));
    }
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
    boolean otherMode = spec.options().mode() != target.options().mode();
    spec = byFile ? target : ledger.assignPort(target);
    board.redefined(state);
    if (differences.isEmpty()) {
      return new ServiceChange(spec.name(), Kind.UNCHANGED, List.of());
    }
    if (otherMode) {
      handle(new ServiceEvent.Reconfigured());
    }
    if (!hard.isEmpty() && isOursAndUp()) {
      handle(new ServiceCommand.Restart());
      return new ServiceChange(spec.name(), Kind.RESTARTED, differences);
    }
    return new ServiceChange(spec.name(), Kind.CHANGED, differences);
  }

  /** What is found by a look at an earlier launch is compared with what it is meant to be there. */
  private boolean isOursAndUp() {
    return Standing.of(state).want() instanceof Want.Up
        && !(state instanceof MachineState.Recovering)
        && spec.options().mode().ownsProcess();
  }

  private static boolean isDown(MachineState state) {
    return switch (state) {
      case MachineState.Stopped _, MachineState.Failed _, MachineState.Observed _ -> true;
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
    Moment now = new Moment(ports.clock().instant(), ports.uptime().now());
    MachineState before = state;
    Transition transition = ServiceMachine.step(before, event, spec.policy(), now);
    state = transition.next();
    kept.write(new Chronicle.Step(spec.name(), before, event, transition), now.wall());
    board.entered(state, event, now.wall());
    if (before.serviceState() != state.serviceState()) {
      tell(
          new ServiceNotice.Changed(
              spec.name(),
              now.wall(),
              before.serviceState(),
              state.serviceState(),
              transition.reason()));
    }
    if (before != state) {
      ledger.standsAt(spec.name(), state);
    }
    perform(transition.effects());
    leaveIfDown();
  }

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Settle settle) {
        waiters.settle(settle.settlement(), board.status(), kept.unwritten());
      } else {
        interpreter.run(effect);
      }
    }
  }

  private void tell(ServiceNotice notice) {
    listener.accept(notice);
  }
}
