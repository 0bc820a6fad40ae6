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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of one service's state: the only caller of {@link ServiceMachine#step}.
 *
 * <p>Events go into a mailbox; effects are handed to the {@link EffectInterpreter}, and what comes
 * of them returns as events. What others read is one volatile snapshot.
 */
final class Supervisor {
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

  private final MeantSpec meant;

  /** Written by the mailbox's thread, and by no other. */
  private MachineState state;

  Supervisor(
      ServiceSpec spec,
      Transition restored,
      SupervisorFactory.Parts parts,
      Consumer<ServiceNotice> listener) {
    this.meant = new MeantSpec(spec);
    this.state = restored.next();
    this.ports = parts.ports();
    this.ledger = parts.ledger();
    this.listener = listener;
    this.mailbox = new Mailbox("service-" + spec.name(), parts.ports().scheduler());
    this.board = new StatusBoard(this::spec, state);
    this.kept =
        new KeptStanding(
            spec.name(),
            parts.chronicle(),
            parts.ports().scheduler(),
            work -> mailbox.deliver("write again", new CompletableFuture<>(), work),
            incident -> parts.hooks().tell(incident, spec().options()));
    this.interpreter = parts.interpreters().create(this::spec, board, this::post, this::tell);
  }

  /** Begins what was found of it, before anybody else knows it. */
  void begin(Transition restored, boolean known) {
    mailbox.deliver(
        "restore",
        new CompletableFuture<>(),
        () -> {
          if (!known) {
            kept.begin(state);
          }
          perform(restored.effects());
        });
  }

  /** {@return what is known; one volatile read} */
  ServiceStatus status() {
    return board.status();
  }

  /**
   * {@return what is known, where that is answer enough for who needs it to serve; else null} Of
   * one that is assumed to be there, only a look tells.
   */
  @Nullable ServiceStatus healthy() {
    ServiceStatus now = board.status();
    return now.state() == ServiceState.RUNNING && spec().options().mode() != LifecycleMode.EXTERNAL
        ? now
        : null;
  }

  /** The machine's devices are so now; for any thread. */
  void seen(DeviceTable devices) {
    board.seen(devices);
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
    mailbox.deliver(
        "retire",
        waiter,
        () -> {
          requireHere();
          meant.stopWanted();
          leaving = forget;
          if (state.isDown()) {
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
    if (forget != null && state.isDown()) {
      gone = true;
      kept.forget();
      forget.run();
    }
  }

  private void requireHere() {
    if (gone) {
      throw new LifecycleException(new UnknownService(spec().name(), List.of()));
    }
  }

  ServiceSpec spec() {
    return meant.now();
  }

  /** Tells it that something happened. */
  void post(ServiceEvent event) {
    mailbox.deliver(event.toString(), new CompletableFuture<>(), () -> handle(event));
  }

  /** {@return the future of what is wished} */
  CompletableFuture<ServiceStatus> command(ServiceCommand command) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    mailbox.deliver(
        command.toString(),
        waiter,
        () -> {
          if (command instanceof ServiceCommand.Stop) {
            requireHere();
            meant.stopWanted();
          } else {
            requireStaying();
          }
          Permission.require(command, spec().options().mode(), state, leaving != null);
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
   * {@return the future of what is needed, with this model (FR-005)} One that serves another is
   * restarted with this one; one that is stopped by hand, or has failed, stays so.
   */
  CompletableFuture<ServiceStatus> ensure(
      ModelReference model, BiConsumer<ServiceSpec, ModelReference> keepWish) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    mailbox.deliver(
        "ensure " + model.argument(),
        waiter,
        () -> {
          requireStaying();
          boolean same = spec().model().equals(model);
          if (!same && !spec().options().mode().ownsProcess()) {
            throw new LifecycleException(
                new ServiceDiffers(spec().name(), List.of(OptionTable.MODEL)));
          }
          Want want = Standing.of(state).want();
          boolean refused =
              want instanceof Want.GivenUp || (want instanceof Want.Down down && down.byHand());
          if (same || refused) {
            await(new ServiceCommand.EnsureHealthy(), waiter);
            return;
          }
          ServiceSpec wished = spec().withModel(model);
          keepWish.accept(wished, meant.settled().model());
          becomes(model);
          meant.become(wished);
          board.redefined(state);
          await(
              want instanceof Want.Up
                  ? new ServiceCommand.Restart()
                  : new ServiceCommand.EnsureHealthy(),
              waiter);
        });
    return waiter;
  }

  /**
   * {@return the ticket of a switch that is being prepared; whatever is asked for meanwhile wins}
   *
   * @param overruled run when something else is asked for first
   */
  CompletableFuture<Long> announceSwitch(Runnable overruled) {
    CompletableFuture<Long> ticket = new CompletableFuture<>();
    mailbox.deliver(
        "prepare a switch",
        ticket,
        () -> {
          requireStaying();
          Permission.require(
              new ServiceCommand.Restart(), spec().options().mode(), state, leaving != null);
          ticket.complete(meant.announce(overruled));
        });
    return ticket;
  }

  /** No switch that is being prepared is wanted any more. */
  void overruleSwitches() {
    mailbox.deliver("no switch", new CompletableFuture<>(), meant::overrule);
  }

  /**
   * {@return the future of it serving this model, by hand (FR-027)} When the new one fails the one
   * before comes back, and the future fails with both.
   *
   * @param ticket of {@link #announceSwitch}
   * @param keepWish told of the new one and the model before when it serves: from then on that is
   *     what is wished
   */
  CompletableFuture<ServiceStatus> switchTo(
      ModelReference model, long ticket, BiConsumer<ServiceSpec, ModelReference> keepWish) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    mailbox.deliver(
        "switch to " + model.argument(),
        waiter,
        () -> {
          requireStaying();
          Permission.require(
              new ServiceCommand.Restart(), spec().options().mode(), state, leaving != null);
          if (!meant.isNeeded(model, ticket)) {
            await(new ServiceCommand.Start(), waiter);
            return;
          }
          becomes(model);
          boolean up = Standing.of(state).want() instanceof Want.Up;
          meant.begin(model, up, keepWish, waiter);
          board.redefined(state);
          handle(up ? new ServiceCommand.Restart() : new ServiceCommand.Start());
        });
    return waiter;
  }

  /** Who waits for the other model is not to be told that this one serves. */
  private void becomes(ModelReference model) {
    waiters.settle(
        new Effect.Settlement.Aborted(
            new Cancelled("another model was asked for: " + model.argument())),
        board.status(),
        kept.unwritten());
  }

  private void followSwitch() {
    ModelSwitch.Outcome outcome = meant.follow(state, board.status());
    if (outcome.isTakenBack()) {
      board.redefined(state);
    }
    if (outcome == ModelSwitch.Outcome.COMES_BACK) {
      handle(new ServiceCommand.Start());
    }
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
    mailbox.deliver("redefine", done, () -> done.complete(become(next, byFile)));
    return done;
  }

  private ServiceChange become(ServiceSpec next, boolean byFile) {
    requireHere();
    Redefinition change = Redefinition.of(meant.settled(), next, byFile);
    // Nobody but the file changes what it says.
    List<String> kept = fromFile ? change.keys() : change.hard();
    if ((!state.isDown() || fromFile) && !kept.isEmpty() && !byFile) {
      throw new LifecycleException(new ServiceDiffers(spec().name(), kept));
    }
    leaving = null;
    fromFile |= byFile;
    if (change.keys().isEmpty()) {
      return change.made(Kind.UNCHANGED);
    }
    boolean other = meant.isSwitching();
    boolean otherMode = spec().options().mode() != change.target().options().mode();
    meant.become(byFile ? change.target() : ledger.assignPort(change.target()));
    board.redefined(state);
    if (otherMode) {
      handle(new ServiceEvent.Reconfigured());
    }
    if (change.needsRestart(state, other)) {
      handle(new ServiceCommand.Restart());
      return change.made(Kind.RESTARTED);
    }
    return change.made(Kind.CHANGED);
  }

  private void handle(ServiceEvent event) {
    Moment now = new Moment(ports.clock().instant(), ports.uptime().now());
    MachineState before = state;
    Transition transition = ServiceMachine.step(before, event, spec().policy(), now);
    state = transition.next();
    kept.write(new Chronicle.Step(spec().name(), before, event, transition), now.wall());
    board.entered(state, event, now.wall());
    if (before.serviceState() != state.serviceState()) {
      tell(
          new ServiceNotice.Changed(
              spec().name(),
              now.wall(),
              before.serviceState(),
              state.serviceState(),
              transition.reason()));
    }
    if (before != state) {
      ledger.standsAt(spec().name(), state);
    }
    perform(transition.effects());
    followSwitch();
    leaveIfDown();
  }

  private void perform(List<Effect> effects) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Settle settle) {
        waiters.settle(settle.settlement(), board.status(), kept.unwritten());
      }
      interpreter.run(effect);
    }
  }

  private void tell(ServiceNotice notice) {
    listener.accept(notice);
  }
}
