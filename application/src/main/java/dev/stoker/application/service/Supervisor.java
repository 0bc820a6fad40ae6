package dev.stoker.application.service;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.service.Effect;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceMachine;
import dev.stoker.domain.service.Transition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of one service's state: the only caller of {@link ServiceMachine#step}.
 *
 * <p>Events go into a mailbox that is emptied by one thread at a time; effects are handed to the
 * {@link EffectInterpreter}, and what comes of them returns as events. What others read is one
 * volatile snapshot. There is no lock: {@code pending} counts what is in the mailbox, and whoever
 * raises it from zero has it emptied on a thread of its own, which ends when it is empty.
 */
final class Supervisor {
  private static final Logger logger = LoggerFactory.getLogger(Supervisor.class);

  private final ServiceSpec spec;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final EffectInterpreter interpreter;
  private final TransitionLog log;
  private final Queue<Mail> mailbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final List<Consumer<ServiceNotice>> listeners = new CopyOnWriteArrayList<>();
  private final Waiters waiters = new Waiters();
  private final StatusBoard board;

  /** Written by the thread that empties the mailbox, and by no other. */
  private MachineState state;

  Supervisor(
      ServiceSpec spec,
      MachineState initial,
      InstantSource clock,
      Scheduler scheduler,
      TransitionLog log,
      EffectInterpreter.Factory interpreters) {
    this.spec = spec;
    this.state = initial;
    this.clock = clock;
    this.scheduler = scheduler;
    this.log = log;
    this.board = new StatusBoard(spec, initial);
    this.interpreter = interpreters.create(spec, board, this::post, this::tell);
  }

  private record Mail(ServiceEvent event, @Nullable CompletableFuture<ServiceStatus> waiter) {}

  /** {@return what is known; one volatile read} */
  ServiceStatus status() {
    return board.status();
  }

  void listen(Consumer<ServiceNotice> listener) {
    listeners.add(listener);
  }

  /** Tells it that something happened. */
  void post(ServiceEvent event) {
    deliver(new Mail(event, null));
  }

  /** {@return the future of what is wished} */
  CompletableFuture<ServiceStatus> command(ServiceCommand command) {
    CompletableFuture<ServiceStatus> waiter = new CompletableFuture<>();
    deliver(new Mail(command, waiter));
    return waiter;
  }

  private void deliver(Mail mail) {
    mailbox.add(mail);
    if (pending.getAndIncrement() == 0) {
      scheduler.execute("service-" + spec.name(), this::emptyMailbox);
    }
  }

  private void emptyMailbox() {
    int handled = 1;
    do {
      for (int i = 0; i < handled; i++) {
        Mail mail = mailbox.poll();
        if (mail != null) {
          handleSafely(mail);
        }
      }
      handled = pending.addAndGet(-handled);
    } while (handled > 0);
  }

  /** A fault of ours must not stop the mailbox: the next event may be the stop that cleans up. */
  private void handleSafely(Mail mail) {
    try {
      handle(mail);
    } catch (RuntimeException e) {
      logger
          .atError()
          .setCause(e)
          .addKeyValue("service", spec.name())
          .addKeyValue("event", mail.event())
          .log("event not handled");
      CompletableFuture<ServiceStatus> waiter = mail.waiter();
      if (waiter != null) {
        waiter.completeExceptionally(new LifecycleException(new Internal(String.valueOf(e)), e));
      }
    }
  }

  private void handle(Mail mail) {
    if (mail.waiter() != null) {
      if (mail.event() instanceof ServiceCommand.Stop) {
        waiters.awaitDown(mail.waiter());
      } else {
        waiters.awaitReady(mail.waiter());
      }
    }
    Instant now = clock.instant();
    MachineState before = state;
    Transition transition = ServiceMachine.step(before, mail.event(), spec.options().policy(), now);
    state = transition.next();
    board.entered(state, mail.event(), now);
    if (before.serviceState() != state.serviceState()) {
      log.changed(spec.name(), now, before, state, transition.reason());
      tell(
          new ServiceNotice.Changed(
              spec.name(), now, before.serviceState(), state.serviceState(), transition.reason()));
    } else {
      log.unchanged(spec.name(), mail.event(), transition.reason());
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
    for (Consumer<ServiceNotice> listener : listeners) {
      try {
        listener.accept(notice);
      } catch (RuntimeException e) {
        logger.atError().setCause(e).addKeyValue("service", spec.name()).log("listener failed");
      }
    }
  }
}
