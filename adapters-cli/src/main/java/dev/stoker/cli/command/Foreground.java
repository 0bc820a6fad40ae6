package dev.stoker.cli.command;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.ProgressView;
import dev.stoker.cli.render.ReadyText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A service for as long as this command lasts. The first signal stops it, a second one hurries;
 * when the process is ended in any other way that a process can notice, an exit hook stops it.
 */
final class Foreground {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration HOOK_PATIENCE = Duration.ofSeconds(40);

  private final Session session;
  private final RunningServices services;
  private final ServiceOrchestrator orchestrator;
  private final ServiceSpec spec;
  private final Terminal terminal;
  private final ProgressView progress;
  private final AtomicInteger signal = new AtomicInteger();
  private final AtomicReference<Thread> asking = new AtomicReference<>();
  private final AtomicBoolean announced = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private boolean knownBefore;

  /** Of these services, in this process or in a daemon's. */
  Foreground(Session session, RunningServices services, ServiceSpec spec) {
    this.session = session;
    this.services = services;
    this.orchestrator = services.orchestrator();
    this.spec = spec;
    this.terminal = session.terminal();
    this.progress = new ProgressView(terminal);
  }

  int run() {
    ServiceName name = spec.name();
    knownBefore = orchestrator.statuses().stream().anyMatch(each -> each.name().equals(name));
    ServiceStatus defined = join(orchestrator.define(spec));
    if (defined.state() == ServiceState.RUNNING) {
      return showWhatRuns(defined);
    }
    Subscription subscription = orchestrator.listen(this::onNotice);
    session.signals().listen(this::onSignal);
    session.exitHook().atExit(this::stopAtExit);
    try {
      terminal.say(
          (defined.state() == ServiceState.UNKNOWN
                  ? "Looking what an earlier Stoker left of '"
                  : "Starting '")
              + name
              + "' ("
              + spec.model().argument()
              + ") on port "
              + defined.port()
              + (spec.isPractice() ? ", engine: practice (a stand-in, no model)" : ""));
      long began = System.nanoTime();
      CompletableFuture<ServiceStatus> start = orchestrator.start(name);
      if (signal.get() != 0) {
        // It came before the start, which would win over the stop that it sent.
        var _ = orchestrator.stop(name);
      }
      ServiceStatus ready = awaitReady(start, began);
      printReady(ready, since(began));
      announced.set(true);
      awaitEnd();
      return afterEnd();
    } catch (LifecycleException e) {
      progress.clear();
      return afterFailure(e.failure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERNAL;
    } finally {
      // An interrupt that brought us here must not keep the server from being stopped.
      boolean interrupted = Thread.interrupted();
      cleanUp();
      subscription.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** It is not this command's to stop. */
  private int showWhatRuns(ServiceStatus running) {
    new ReadyText(terminal, services.ask()).print(running, Duration.ZERO);
    terminal.say("It ran before, and goes on: 'stoker stop " + spec.name() + "' stops it.");
    return ExitCodes.OK;
  }

  private static ServiceStatus join(CompletableFuture<ServiceStatus> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof LifecycleException known) {
        throw known;
      }
      throw e;
    }
  }

  /** A daemon that has died tells nobody anything: it is asked once in a while. */
  private void awaitEnd() throws InterruptedException {
    while (!ended.await(LOOK.toSeconds(), TimeUnit.SECONDS)) {
      if (isDown(orchestrator.status(spec.name()).state())) {
        return;
      }
    }
  }

  /** Whatever the way out: nothing is left behind, or what is left is named. */
  private void cleanUp() {
    try {
      stopAndWait();
      if (isDown(orchestrator.status(spec.name()).state())) {
        finished.countDown();
        if (!knownBefore) {
          // It was there for this command only: that it was stopped is nobody's wish for later.
          join(orchestrator.remove(spec.name()));
        }
      }
    } catch (LifecycleException e) {
      // The daemon is gone, and what was to be cleaned up is its own.
      FailureText.print(terminal, e.failure());
      finished.countDown();
    }
  }

  /**
   * On a thread of its own: a stop interrupts it, since the server would wait for the open request.
   */
  private void printReady(ServiceStatus ready, Duration took) throws InterruptedException {
    ReadyText text = new ReadyText(terminal, services.ask());
    Thread printer =
        Thread.ofVirtual()
            .name("ready")
            .start(
                () -> {
                  text.print(ready, took);
                  terminal.say("Ctrl-C stops it.");
                });
    asking.set(printer);
    if (signal.get() != 0) {
      printer.interrupt();
    }
    printer.join();
  }

  private ServiceStatus awaitReady(CompletableFuture<ServiceStatus> start, long began)
      throws InterruptedException {
    while (true) {
      try {
        ServiceStatus ready = start.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
        progress.clear();
        return ready;
      } catch (TimeoutException e) {
        progress.tick(since(began));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof LifecycleException known) {
          throw known;
        }
        throw new IllegalStateException("the start failed unexpectedly", e.getCause());
      }
    }
  }

  private void onNotice(ServiceNotice notice) {
    if (!notice.service().equals(spec.name())) {
      return;
    }
    progress.show(notice);
    if (notice instanceof ServiceNotice.Changed changed) {
      switch (changed.to()) {
        case STOPPED, FAILED -> ended.countDown();
        case CRASHED -> terminal.say("The server is gone (" + changed.reason() + ").");
        case RUNNING -> {
          if (announced.get()) {
            terminal.say("Ready again.");
          }
        }
        case STARTING -> sayWhyAgain(changed);
        case STOPPING, UNKNOWN -> {}
      }
    }
  }

  /** What ended the launch before is known by now. */
  private void sayWhyAgain(ServiceNotice.Changed changed) {
    Failure why = orchestrator.status(spec.name()).lastFailure();
    if (changed.from() == ServiceState.CRASHED && why != null) {
      terminal.say("Starting again; what happened: " + why.code().code() + ", " + why.what());
    }
  }

  private void onSignal(int number) {
    boolean first = signal.compareAndSet(0, number);
    progress.clear();
    terminal.say(first ? "Stopping …" : "Killing it, without waiting any longer.");
    Thread printer = asking.get();
    if (printer != null) {
      printer.interrupt();
    }
    // No waiting here: the main thread waits.
    var _ = orchestrator.stop(spec.name());
  }

  private int afterEnd() {
    ServiceStatus status = orchestrator.status(spec.name());
    Failure failure = status.lastFailure();
    if (signal.get() == 0 && status.state() == ServiceState.FAILED && failure != null) {
      return afterFailure(failure);
    }
    return signal.get() == 0 ? ExitCodes.OK : ExitCodes.SIGNAL_BASE + signal.get();
  }

  private int afterFailure(Failure failure) {
    if (signal.get() != 0) {
      return ExitCodes.SIGNAL_BASE + signal.get();
    }
    FailureText.print(terminal, failure);
    return ExitCodes.of(failure.code().kind());
  }

  private void stopAndWait() {
    // A service that is down already answers at once. Asked a second time it would hurry.
    ServiceState state = orchestrator.status(spec.name()).state();
    try {
      if (isDown(state)) {
        return;
      }
      if (signal.get() != 0 || state == ServiceState.STOPPING) {
        awaitEnd();
      } else {
        orchestrator.stop(spec.name()).get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LifecycleException known) {
        FailureText.print(terminal, known.failure());
      }
    } finally {
      sayStopped();
    }
  }

  private static boolean isDown(ServiceState state) {
    return state == ServiceState.STOPPED || state == ServiceState.FAILED;
  }

  private void sayStopped() {
    ServiceStatus status = orchestrator.status(spec.name());
    if (status.state() == ServiceState.STOPPED) {
      terminal.say("Stopped; nothing of it is left.");
    } else if (status.lastFailure() != null && signal.get() != 0) {
      FailureText.print(terminal, status.lastFailure());
    }
  }

  private void stopAtExit() {
    if (finished.getCount() == 0) {
      return;
    }
    try {
      orchestrator.stop(spec.name()).get(HOOK_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      terminal.say("The server could not be stopped: run 'stoker sweep'.");
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
