package dev.stoker.application.service;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.HeldDown;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.ControlFailure.UnknownService;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.restart.RestartHistory;
import dev.stoker.domain.service.MachineState;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** One supervisor for each service, and the commands handed to it. */
@ApplicationScope
final class LifecycleService implements ServiceOrchestrator {
  private final Map<String, InferenceProvider> providers;
  private final StateStore store;
  private final ResourceLedger ledger;
  private final Supervisor.Factory factory;
  private final Listeners listeners = new Listeners();
  private final ConcurrentMap<ServiceName, Supervisor> supervisors = new ConcurrentHashMap<>();

  @Inject
  LifecycleService(
      Map<String, InferenceProvider> providers,
      StateStore store,
      ResourceLedger ledger,
      Supervisor.Factory factory) {
    this.providers = providers;
    this.store = store;
    this.ledger = ledger;
    this.factory = factory;
  }

  @Override
  public CompletableFuture<ServiceStatus> define(ServiceSpec spec) {
    List<Violation> violations = check(spec);
    if (!violations.isEmpty()) {
      return CompletableFuture.failedFuture(
          new LifecycleException(new InvalidConfiguration(violations)));
    }
    return define(spec, false).thenApply(_ -> status(spec.name()));
  }

  /** What comes of a file is checked with the file; this may come from anywhere. */
  private List<Violation> check(ServiceSpec spec) {
    InferenceProvider provider = providers.get(spec.provider());
    return provider == null
        ? List.of(
            new Violation(
                "provider",
                spec.provider(),
                "must be one of " + new TreeSet<>(providers.keySet()),
                "service " + spec.name()))
        : provider.checkArguments(spec.arguments(), "service " + spec.name());
  }

  /** {@return what became of it; with {@code byFile} one that is up may be restarted} */
  CompletableFuture<ServiceChange> define(ServiceSpec spec, boolean byFile) {
    try {
      boolean[] added = {false};
      Supervisor supervisor =
          supervisors.compute(
              spec.name(),
              (_, known) -> {
                added[0] = known == null || known.isGone();
                return added[0] ? supervise(ledger.assignPort(spec), byFile) : known;
              });
      return added[0]
          ? CompletableFuture.completedFuture(new ServiceChange(spec.name(), Kind.ADDED, List.of()))
          : supervisor.redefine(spec, byFile).exceptionallyCompose(e -> again(e, spec, byFile));
    } catch (LifecycleException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** It had gone for good before it could be made another: then it is new. */
  private CompletableFuture<ServiceChange> again(
      Throwable problem, ServiceSpec spec, boolean byFile) {
    return problem instanceof LifecycleException known && known.failure() instanceof UnknownService
        ? define(spec, byFile)
        : CompletableFuture.failedFuture(problem);
  }

  private Supervisor supervise(ServiceSpec spec, boolean byFile) {
    // Numbers of launches go on where an earlier Stoker ended: they name folders and leases.
    Memory memory = new Memory(store.lastEpoch(spec.name()), RestartHistory.empty());
    Optional<HeldDown> held = store.heldDown(spec.name());
    MachineState initial =
        held.map(HeldDown::failure)
            .<MachineState>map(why -> new MachineState.Failed(memory, why))
            .orElseGet(() -> new MachineState.Stopped(memory, held.isPresent()));
    Supervisor supervisor = factory.create(spec, initial, listeners::tell);
    return byFile ? supervisor.ofFile() : supervisor;
  }

  @Override
  public CompletableFuture<ServiceStatus> remove(ServiceName name) {
    return with(name, supervisor -> supervisor.retire(() -> forget(name, supervisor)));
  }

  private void forget(ServiceName name, Supervisor supervisor) {
    if (supervisors.remove(name, supervisor)) {
      ledger.forget(name);
      store.saveHeldDown(name, null);
    }
  }

  @Override
  public CompletableFuture<ServiceStatus> start(ServiceName name) {
    return with(name, supervisor -> supervisor.command(new ServiceCommand.Start()));
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name) {
    return with(name, supervisor -> supervisor.command(new ServiceCommand.EnsureHealthy()));
  }

  @Override
  public CompletableFuture<ServiceStatus> stop(ServiceName name) {
    return with(name, supervisor -> supervisor.command(new ServiceCommand.Stop(true, false)));
  }

  /** Stops it, but not by hand: the next Stoker may start it again. */
  CompletableFuture<ServiceStatus> stopForNow(ServiceName name, boolean hurries) {
    return with(name, supervisor -> supervisor.command(new ServiceCommand.Stop(false, hurries)));
  }

  @Override
  public CompletableFuture<ServiceStatus> restart(ServiceName name) {
    return with(name, supervisor -> supervisor.command(new ServiceCommand.Restart()));
  }

  @Override
  public List<ServiceStatus> statuses() {
    return supervisors.values().stream()
        .map(Supervisor::status)
        .sorted(Comparator.comparing(ServiceStatus::name))
        .toList();
  }

  @Override
  public ServiceStatus status(ServiceName name) {
    return find(name).status();
  }

  /** {@return whether a daemon's end stops it; of one that is known no more, yes} */
  boolean stopsOnExit(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    return supervisor == null || supervisor.spec().options().stopOnExit();
  }

  @Override
  public List<ServiceNotice.Changed> transitions(ServiceName name, int most) {
    find(name);
    return History.of(store, name, most);
  }

  @Override
  public Subscription listen(Consumer<ServiceNotice> listener) {
    return listeners.add(listener);
  }

  private CompletableFuture<ServiceStatus> with(
      ServiceName name, Function<Supervisor, CompletableFuture<ServiceStatus>> task) {
    try {
      return task.apply(find(name));
    } catch (LifecycleException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Supervisor find(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    if (supervisor == null) {
      throw new LifecycleException(
          new UnknownService(name, supervisors.keySet().stream().sorted().toList()));
    }
    return supervisor;
  }
}
