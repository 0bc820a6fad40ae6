package dev.stoker.cli.command;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationReload.Applied;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.AppliedText;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.http.HttpAdapter;
import dev.stoker.http.HttpAdapter.Control;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Owns the home and its services for as long as it runs. One thread waits for what is wanted of it;
 * signals only say so.
 */
final class Daemon {
  private static final int HANGUP = 1;

  private final UseCases useCases;
  private final Session session;
  private final Terminal terminal;
  private final String version;
  private final BlockingQueue<Integer> signals = new LinkedBlockingQueue<>();
  private volatile boolean ending;

  Daemon(Session session, String version) {
    this.session = session;
    this.useCases = session.useCases().get();
    this.terminal = session.terminal();
    this.version = version;
  }

  int run(@Nullable String file, int port) {
    // Two things that take a tenth of a second each, beside one another; callers learn of the
    // address only when the services are known.
    CompletableFuture<Control> opening = open(port);
    try {
      useCases.home().take("serve").forEach(note -> terminal.say("note: " + note));
      return keep(file, opening);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERNAL;
    } finally {
      var _ = opening.whenComplete((control, _) -> close(control));
      useCases.home().giveBack();
    }
  }

  private CompletableFuture<Control> open(int port) {
    return CompletableFuture.supplyAsync(
        () -> HttpAdapter.serve(useCases, useCases.controlAccess().token(), port, version),
        task -> Thread.ofPlatform().daemon().name("control-start").start(task));
  }

  private static void close(@Nullable Control control) {
    if (control != null) {
      control.close();
    }
  }

  private int keep(@Nullable String file, CompletableFuture<Control> opening)
      throws InterruptedException {
    Leftovers.clear(useCases, terminal);
    session.signals().listen(this::onSignal);
    useCases.orchestrator().listen(this::print);
    try (Control control = join(opening)) {
      Applied applied = useCases.configuredServices().load(file);
      applied.notes().forEach(note -> terminal.say("note: " + note));
      useCases.controlAccess().announce(control.address());
      announce(applied, control);
      obey();
    }
    useCases.configuredServices().end(terminal::say);
    terminal.say("Stoker has ended.");
    return ExitCodes.OK;
  }

  private static Control join(CompletableFuture<Control> opening) {
    try {
      return opening.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LifecycleException known ? known : e;
    }
  }

  private void announce(Applied applied, Control control) {
    terminal.say(
        "Stoker " + version + " keeps " + count(applied) + "; control API at " + control.address());
    for (ServiceStatus status : useCases.orchestrator().statuses()) {
      terminal.say("  " + status.name() + ": " + status.model() + " on port " + status.port());
    }
  }

  private static String count(Applied applied) {
    int services = applied.changes().size();
    return services == 1 ? "1 service" : services + " services";
  }

  private void obey() throws InterruptedException {
    while (signals.take() == HANGUP) {
      reload();
    }
    ending = true;
  }

  private void reload() {
    terminal.say("Reloading the configuration.");
    try {
      AppliedText.print(terminal, useCases.reload().reload());
    } catch (LifecycleException e) {
      FailureText.print(terminal, e.failure());
      terminal.say("Nothing was changed.");
    }
  }

  private void onSignal(int number) {
    if (ending && number != HANGUP) {
      terminal.say("Killing what still runs, without waiting any longer.");
      ServiceOrchestrator orchestrator = useCases.orchestrator();
      orchestrator.statuses().stream()
          .filter(status -> status.state() == ServiceState.STOPPING)
          .forEach(
              status -> {
                var _ = orchestrator.stop(status.name());
              });
    }
    signals.add(number);
  }

  private void print(ServiceNotice notice) {
    if (notice instanceof ServiceNotice.Changed changed) {
      terminal.say(
          changed.service()
              + ": "
              + changed.from().printed()
              + " -> "
              + changed.to().printed()
              + " ("
              + changed.reason()
              + ")");
    }
  }
}
