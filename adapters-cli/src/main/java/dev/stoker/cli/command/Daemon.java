package dev.stoker.cli.command;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationReload.Applied;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.AppliedText;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.ProgressView;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.HttpAdapter;
import dev.stoker.http.HttpAdapter.Listening;
import dev.stoker.http.HttpAdapter.Measured;
import dev.stoker.http.access.ControlAddress;
import dev.stoker.http.access.GatewayAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Owns the home and its services for as long as it runs. One thread waits for what is wanted of it;
 * signals only say so.
 */
final class Daemon {
  private static final int HANGUP = 1;
  private static final Duration NO_LIMIT = Duration.ofDays(1);

  private final UseCases useCases;
  private final Session session;
  private final Terminal terminal;
  private final Set<ServiceName> doubted = ConcurrentHashMap.newKeySet();
  private final Map<ServiceName, ProgressView> progress = new ConcurrentHashMap<>();
  private final String version;
  private final BlockingQueue<Integer> signals = new LinkedBlockingQueue<>();
  private volatile boolean ending;

  Daemon(Session session, String version) {
    this.session = session;
    this.useCases = session.useCases().get();
    this.terminal = session.terminal();
    this.version = version;
  }

  /**
   * Where a daemon listens; 0 for any free port.
   *
   * @param control of the control API, on 127.0.0.1
   * @param gateway of the gateway; null for none
   * @param openMetrics whether the page of metrics needs no token
   */
  record Ports(int control, @Nullable GatewayAddress gateway, boolean openMetrics) {}

  int run(@Nullable String file, Ports ports) {
    useCases.home().take("serve").forEach(note -> terminal.say("note: " + note));
    try {
      return keep(file, ports);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERNAL;
    } finally {
      useCases.home().giveBack();
    }
  }

  private int keep(@Nullable String file, Ports ports) throws InterruptedException {
    Leftovers.sayStrays(useCases, terminal);
    session.signals().listen(this::onSignal);
    useCases.orchestrator().listen(this::print);
    String token = useCases.controlAccess().newToken();
    // The ports first: when one is taken, nothing was started.
    try (Measured measured = HttpAdapter.measure(useCases, useCases.ownUse(), ports.openMetrics());
        Listening gateway = gateway(ports.gateway(), measured)) {
      try (Listening control =
          HttpAdapter.serve(
              useCases,
              useCases,
              new ControlAddress(ports.control(), token, version, file),
              measured)) {
        Applied applied = useCases.configuredServices().load(file);
        applied.notes().forEach(note -> terminal.say("note: " + note));
        control.open();
        if (gateway != null) {
          gateway.open();
        }
        useCases.controlAccess().announce(control.address());
        announce(applied, control, gateway);
        useCases.initSystem().ready("keeps " + count(applied));
        obey();
        useCases.initSystem().ending();
      }
      if (gateway != null) {
        // What is under way goes on while the services end, each of which waits for its own.
        gateway.refuse();
      }
      useCases.configuredServices().end(terminal::say);
    }
    terminal.say("Stoker has ended.");
    return ExitCodes.OK;
  }

  private @Nullable Listening gateway(@Nullable GatewayAddress address, Measured measured) {
    return address == null
        ? null
        : HttpAdapter.gateway(
            useCases,
            useCases.traffic(),
            measured,
            useCases.controlAccess().engineKey(),
            useCases.clientKeys(),
            address,
            terminal::say);
  }

  private void announce(Applied applied, Listening control, @Nullable Listening gateway) {
    String models = gateway == null ? "" : "models at " + gateway.address() + "/v1, ";
    terminal.say(
        "Stoker "
            + version
            + " keeps "
            + count(applied)
            + "; "
            + models
            + "control API at "
            + control.address());
    for (ServiceStatus status : useCases.orchestrator().statuses()) {
      terminal.say("  " + status.name() + ": " + status.model() + " on port " + status.port());
    }
  }

  private static String count(Applied applied) {
    int services = applied.changes().size();
    return services == 1 ? "1 service" : services + " services";
  }

  private void obey() throws InterruptedException {
    Duration patience = useCases.initSystem().patience().orElse(NO_LIMIT);
    while (true) {
      Integer signal = signals.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (signal == null) {
        // Whoever cannot tell how its services stand does not do its work.
        useCases.orchestrator().statuses();
        useCases.initSystem().alive();
      } else if (signal == HANGUP) {
        reload();
      } else {
        ending = true;
        return;
      }
    }
  }

  private void reload() {
    terminal.say("Reloading the configuration.");
    useCases.initSystem().reloading();
    String status = "reloaded its configuration";
    try {
      AppliedText.print(terminal, useCases.reload().reload());
    } catch (LifecycleException e) {
      FailureText.print(terminal, e.failure());
      terminal.say("Nothing was changed.");
      status = "goes on with the configuration before: " + e.failure().what();
    }
    useCases.initSystem().ready(status);
  }

  private void onSignal(int number) {
    if (ending && number != HANGUP) {
      terminal.say("Killing what still runs, without waiting any longer.");
      useCases.configuredServices().hurry();
    }
    signals.add(number);
  }

  /** Doubts are said once when they begin; the status has what is seen since. */
  private void print(ServiceNotice notice) {
    if (!(notice instanceof ServiceNotice.Remarked)) {
      progress
          .computeIfAbsent(notice.service(), name -> ProgressView.lines(terminal, name))
          .show(notice);
    }
    switch (notice) {
      case ServiceNotice.Changed changed -> {
        doubted.remove(changed.service());
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
      case ServiceNotice.Degraded degraded -> {
        if (degraded.evidence().isEmpty()) {
          doubted.remove(degraded.service());
          terminal.say(degraded.service() + ": works again");
        } else if (doubted.add(degraded.service())) {
          terminal.say(degraded.service() + ": degraded: " + degraded.evidence());
        }
      }
      case ServiceNotice.Remarked remarked ->
          terminal.say(remarked.service() + ": note: " + remarked.text());
      case ServiceNotice.Loading _, ServiceNotice.Loaded _ -> {}
    }
  }
}
