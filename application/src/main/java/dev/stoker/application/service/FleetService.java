package dev.stoker.application.service;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.StartPolicy;
import dev.stoker.application.port.in.ConfigurationQuery;
import dev.stoker.application.port.in.ConfigurationQuery.AllServices;
import dev.stoker.application.port.in.ConfiguredServices;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.application.port.out.Surroundings;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the services of the configuration file. One at a time: a reload that comes during another
 * waits for it.
 */
@ApplicationScope
final class FleetService implements ConfiguredServices {
  private static final Logger log = LoggerFactory.getLogger(FleetService.class);

  private final ConfigurationQuery configuration;
  private final LifecycleService services;
  private final ResourceLedger ledger;
  private final Surroundings surroundings;
  private final TrafficLedger traffic;
  private final Scheduler scheduler;
  private final Set<ServiceName> configured = new HashSet<>();
  private @Nullable String file;
  private boolean ended;

  @Inject
  FleetService(
      ConfigurationQuery configuration,
      LifecycleService services,
      ResourceLedger ledger,
      Surroundings surroundings,
      TrafficLedger traffic,
      Scheduler scheduler) {
    this.traffic = traffic;
    this.scheduler = scheduler;
    this.surroundings = surroundings;
    this.configuration = configuration;
    this.services = services;
    this.ledger = ledger;
  }

  @Override
  public synchronized Applied load(@Nullable String chosen) {
    file = chosen;
    services.rememberPorts();
    return apply(true);
  }

  @Override
  public synchronized Applied reload() {
    return apply(false);
  }

  private Applied apply(boolean first) {
    if (ended) {
      throw new LifecycleException(new Cancelled("this Stoker is ending"));
    }
    AllServices read = configuration.readAll(file);
    if (read.services().isEmpty() && !configured.isEmpty()) {
      // Most likely a file that is gone, or half written: not a wish to stop everything.
      throw new LifecycleException(
          new InvalidConfiguration(
              List.of(
                  new Violation(
                      "services",
                      "",
                      "must name a service: the file names none any more; to stop what runs, use"
                          + " 'stoker stop'",
                      file == null ? "the usual file" : file))));
    }
    List<ServiceSpec> specs = ledger.assignPorts(read.services(), goneFrom(read.services()));
    // From here on nothing is refused: what is said was found good whole.
    List<ServiceChange> changes = new ArrayList<>(removeAllBut(specs));
    List<String> refused = new ArrayList<>();
    for (ServiceSpec spec : specs) {
      configured.add(spec.name());
      try {
        changes.add(services.define(spec, true).join());
      } catch (CompletionException e) {
        Failure why = e.getCause() instanceof LifecycleException known ? known.failure() : null;
        refused.add(
            "'" + spec.name() + "' is not changed: " + (why == null ? e.getCause() : why.what()));
      }
    }
    List<String> notes = new ArrayList<>(read.notes());
    notes.addAll(refused);
    if (first) {
      notes.addAll(surroundings.warnings());
      // Before anything is started: what runs has its port and its devices.
      notes.addAll(services.takeOverOthers());
    }
    for (ServiceSpec spec : specs) {
      startIfEager(spec);
    }
    changes.forEach(
        change ->
            log.atInfo()
                .addKeyValue("service", change.service())
                .addKeyValue("change", change.kind())
                .addKeyValue("keys", change.keys())
                .log("configured"));
    return new Applied(changes, notes);
  }

  private Set<ServiceName> goneFrom(List<ServiceSpec> specs) {
    Set<ServiceName> gone = new TreeSet<>(configured);
    specs.forEach(spec -> gone.remove(spec.name()));
    return gone;
  }

  private List<ServiceChange> removeAllBut(List<ServiceSpec> specs) {
    List<ServiceChange> changes = new ArrayList<>();
    for (ServiceName name : goneFrom(specs)) {
      // Not waited for: a server may take its whole grace to end.
      var _ =
          services
              .remove(name)
              .whenComplete((_, problem) -> logFailure(name, "not removed", problem));
      configured.remove(name);
      changes.add(new ServiceChange(name, Kind.REMOVED, List.of()));
    }
    return changes;
  }

  /** Of one that was stopped by hand, or has failed, the answer is why; it stays as it is. */
  private void startIfEager(ServiceSpec spec) {
    if (spec.options().start() == StartPolicy.EAGER) {
      var _ =
          services
              .ensureHealthy(spec.name())
              .whenComplete((_, problem) -> logFailure(spec.name(), "not started", problem));
    }
  }

  private static void logFailure(ServiceName name, String what, @Nullable Throwable problem) {
    if (problem != null) {
      log.atWarn()
          .addKeyValue("service", name)
          .addKeyValue("why", String.valueOf(problem.getMessage()))
          .log(what);
    }
  }

  @Override
  public synchronized void end(Consumer<String> progress) {
    ended = true;
    services.overruleSwitches();
    Map<ServiceName, CompletableFuture<ServiceStatus>> ends = new LinkedHashMap<>();
    List<CompletableFuture<Void>> unanswered = new ArrayList<>();
    for (ServiceStatus status : services.statuses()) {
      if (services.isOurs(status.name()) && staysUp(status)) {
        progress.accept(
            "leaving '" + status.name() + "' running" + pid(status) + " (stop_on_exit: false)");
        unanswered.add(letFinish(status.name(), progress));
      } else if (services.isOurs(status.name()) && !isDown(status.state())) {
        progress.accept("waiting until '" + status.name() + "' has stopped" + pid(status));
        ends.put(status.name(), services.stopForNow(status.name(), false));
      }
    }
    ends.forEach((name, end) -> report(name, end, progress));
    unanswered.forEach(CompletableFuture::join);
  }

  /** What is under way to a server that stays passes through this Stoker, which ends. */
  private CompletableFuture<Void> letFinish(ServiceName name, Consumer<String> progress) {
    CompletableFuture<Void> none = new CompletableFuture<>();
    traffic.whenNone(name, () -> none.complete(null));
    if (!none.isDone()) {
      Duration limit = services.drainTimeout(name);
      progress.accept(
          "letting requests to '" + name + "' finish, for up to " + limit.toSeconds() + " s");
      scheduler.schedule(
          "finish-" + name,
          limit,
          () -> {
            if (!none.isDone()) {
              traffic.cut(name);
              none.complete(null);
            }
          });
    }
    return none;
  }

  /** What is on its way down, or waits to be started again, is not left to itself. */
  private boolean staysUp(ServiceStatus status) {
    boolean up =
        status.state() == ServiceState.RUNNING
            || status.state() == ServiceState.STARTING
            || status.state() == ServiceState.UNKNOWN;
    return up && !services.stopsOnExit(status.name());
  }

  @Override
  public void hurry() {
    for (ServiceStatus status : services.statuses()) {
      if (status.state() == ServiceState.STOPPING) {
        var _ = services.stopForNow(status.name(), true);
      } else {
        traffic.cut(status.name());
      }
    }
  }

  private static boolean isDown(ServiceState state) {
    return state == ServiceState.STOPPED || state == ServiceState.FAILED;
  }

  private static String pid(ServiceStatus status) {
    return status.pid() == null ? "" : " (pid " + status.pid() + ")";
  }

  private static void report(
      ServiceName name, CompletableFuture<ServiceStatus> end, Consumer<String> progress) {
    try {
      end.join();
      progress.accept("'" + name + "' has stopped; nothing of it is left");
    } catch (CompletionException e) {
      Failure why = e.getCause() instanceof LifecycleException known ? known.failure() : null;
      progress.accept("'" + name + "' has not stopped: " + (why == null ? e : why.what()));
    }
  }
}
