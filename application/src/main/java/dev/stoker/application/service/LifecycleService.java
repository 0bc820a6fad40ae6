package dev.stoker.application.service;

import dev.stoker.application.ServiceChange;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.out.InferenceProvider;
import dev.stoker.application.port.out.Lease;
import dev.stoker.application.port.out.ProcessTrees;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.StateStore.ModelWish;
import dev.stoker.application.port.out.StateStore.ServiceRecord;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.ControlFailure.UnknownService;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.Memory;
import dev.stoker.domain.service.ServiceCommand;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing;
import dev.stoker.domain.service.Standing.Want;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
  private final ProcessTrees trees;
  private final ResourceLedger ledger;
  private final GpuService gpus;
  private final DeviceTable devices;
  private final SupervisorFactory factory;
  private final SwitchService switches;
  private final Listeners listeners = new Listeners();
  private final ConcurrentMap<ServiceName, Supervisor> supervisors = new ConcurrentHashMap<>();

  @Inject
  LifecycleService(
      Map<String, InferenceProvider> providers,
      StateStore store,
      ProcessTrees trees,
      ResourceLedger ledger,
      GpuService gpus,
      DeviceTable devices,
      SupervisorFactory factory,
      SwitchService switches) {
    this.switches = switches;
    this.gpus = gpus;
    this.devices = devices;
    this.trees = trees;
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
      ServiceSpec wished = asWished(spec, byFile);
      Supervisor supervisor =
          supervisors.compute(
              wished.name(),
              (_, known) -> {
                added[0] = known == null || known.isGone();
                return added[0] ? supervise(ledger.assignPort(wished), byFile) : known;
              });
      return added[0]
          ? CompletableFuture.completedFuture(new ServiceChange(spec.name(), Kind.ADDED, List.of()))
          : supervisor.redefine(wished, byFile).exceptionallyCompose(e -> again(e, spec, byFile));
    } catch (LifecycleException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A wish for another model holds until the file's model is another. */
  private ServiceSpec asWished(ServiceSpec spec, boolean byFile) {
    Optional<ModelWish> wish = byFile ? store.wish(spec.name()) : Optional.empty();
    if (wish.isEmpty()) {
      return spec;
    }
    if (wish.get().instead().equals(spec.model())) {
      return spec.withModel(wish.get().model());
    }
    store.saveWish(spec.name(), null);
    return spec;
  }

  /** It had gone for good before it could be made another: then it is new. */
  private CompletableFuture<ServiceChange> again(
      Throwable problem, ServiceSpec spec, boolean byFile) {
    return problem instanceof LifecycleException known && known.failure() instanceof UnknownService
        ? define(spec, byFile)
        : CompletableFuture.failedFuture(problem);
  }

  /** It stands where an earlier Stoker left it; numbers of launches go on: they name leases. */
  private Supervisor supervise(ServiceSpec spec, boolean byFile) {
    return supervise(spec, byFile, standing(spec.name()));
  }

  /** Of a server whose wish was not written down it is not known that it is to end: it is kept. */
  private Standing standing(ServiceName name) {
    return store
        .standing(name)
        .orElseGet(
            () ->
                !store.leases(name).isEmpty()
                    ? new Standing(new Want.Watched(), Memory.fresh())
                    : Standing.fresh());
  }

  private Supervisor supervise(ServiceSpec spec, boolean byFile, Standing written) {
    long epoch = Math.max(written.memory().epoch(), store.lastEpoch(spec.name()));
    Standing standing =
        new Standing(written.want(), new Memory(epoch, written.memory().restarts()));
    List<Lease> leases = store.leases(spec.name());
    if (!leases.isEmpty() && spec.options().mode().ownsProcess()) {
      // At once: nobody else is to be given what a server that may run has.
      Optional<ServiceRecord> record = store.service(spec.name());
      ServiceSpec launched = record.flatMap(ServiceRecord::launchedAs).orElse(spec);
      ledger.hold(
          launched.onPort(leases.getLast().port()), record.map(ServiceRecord::device).orElse(""));
    }
    Supervisor supervisor = factory.create(spec, standing, !leases.isEmpty(), listeners::tell);
    gpus.begin(() -> supervisors.values().forEach(each -> each.seen(devices)));
    return byFile ? supervisor.ofFile() : supervisor;
  }

  private Map<ServiceName, Lease> leases() {
    Map<ServiceName, Lease> leases = new TreeMap<>();
    store.leases().forEach(lease -> leases.put(lease.service(), lease));
    return leases;
  }

  /** What an earlier Stoker left running keeps its port, whoever else would take it. */
  void rememberPorts() {
    leases().values().stream()
        .filter(this::lives)
        .forEach(lease -> ledger.remember(lease.service(), lease.port()));
  }

  /** What has its main process is found by one look at that; for the rest all are looked at. */
  private boolean lives(Lease lease) {
    return trees.mainOf(lease).isPresent() || !trees.observe(lease).members().isEmpty();
  }

  /**
   * Takes over what an earlier Stoker left of services that nobody has defined. What runs of them
   * is kept; what does not run is swept, and not started again.
   *
   * @return what people should know of it
   */
  List<String> takeOverOthers() {
    Map<ServiceName, ServiceRecord> records = new TreeMap<>();
    store.services().forEach(record -> records.put(record.service(), record));
    List<String> notes = new ArrayList<>();
    for (Lease lease : leases().values()) {
      ServiceName name = lease.service();
      if (supervisors.containsKey(name)) {
        continue;
      }
      ServiceSpec spec =
          Optional.ofNullable(records.get(name)).flatMap(ServiceRecord::launchedAs).orElse(null);
      if (spec == null && !lives(lease)) {
        continue;
      }
      if (spec == null) {
        notes.add(
            "what is left of '"
                + name
                + "' on port "
                + lease.port()
                + " is not taken over: no file names it, and how it was launched is not known."
                + " To end it: end this Stoker, then 'stoker sweep'");
        continue;
      }
      ledger.remember(name, lease.port());
      Standing found = standing(name);
      Standing kept =
          found.want() instanceof Want.Up
              ? new Standing(new Want.Watched(), found.memory())
              : found;
      supervisors.computeIfAbsent(name, _ -> supervise(spec.onPort(lease.port()), false, kept));
      notes.add("'" + name + "' of an earlier Stoker is taken over; no file names it");
    }
    return notes;
  }

  @Override
  public CompletableFuture<ServiceStatus> remove(ServiceName name) {
    return with(name, supervisor -> supervisor.retire(() -> forget(name, supervisor)));
  }

  private void forget(ServiceName name, Supervisor supervisor) {
    // As one: a service of that name that is defined meanwhile keeps what it has.
    supervisors.computeIfPresent(
        name,
        (_, known) -> {
          if (known != supervisor) {
            return known;
          }
          ledger.forget(name);
          store.forget(name);
          return null;
        });
  }

  @Override
  public CompletableFuture<ServiceStatus> start(ServiceName name) {
    return with(name, supervisor -> supervisor.command(new ServiceCommand.Start()));
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    ServiceStatus healthy = supervisor == null ? null : supervisor.healthy();
    return healthy == null
        ? with(name, each -> each.command(new ServiceCommand.EnsureHealthy()))
        : CompletableFuture.completedFuture(healthy);
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name, ModelReference model) {
    return with(
        name, supervisor -> supervisor.ensure(model, (wish, before) -> keep(name, wish, before)));
  }

  @Override
  public CompletableFuture<ServiceStatus> switchModel(ServiceName name, ModelReference model) {
    return with(
        name,
        supervisor -> {
          SwitchService.Preparation preparation =
              switches.preparation(supervisor.spec().withModel(model), listeners::tell);
          return supervisor
              .announceSwitch(preparation::cancel)
              .thenCompose(
                  ticket ->
                      preparation
                          .run()
                          .thenCompose(
                              _ ->
                                  supervisor.switchTo(
                                      model, ticket, (wish, before) -> keep(name, wish, before))));
        });
  }

  private void keep(ServiceName name, ServiceSpec wished, ModelReference before) {
    ModelReference instead = store.wish(name).map(ModelWish::instead).orElse(before);
    store.saveWish(
        name, wished.model().equals(instead) ? null : new ModelWish(wished.model(), instead));
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

  /** Nothing is switched any more. */
  void overruleSwitches() {
    supervisors.values().forEach(Supervisor::overruleSwitches);
  }

  /** {@return whether its process is ours to start and stop} */
  boolean isOurs(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    return supervisor != null && supervisor.spec().options().mode().ownsProcess();
  }

  /** {@return how long requests to it may take to finish} */
  Duration drainTimeout(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    return supervisor == null ? Duration.ZERO : supervisor.spec().policy().drain();
  }

  /** {@return whether a daemon's end stops it; of one that is known no more, yes} */
  boolean stopsOnExit(ServiceName name) {
    Supervisor supervisor = supervisors.get(name);
    return supervisor == null || supervisor.spec().options().stopOnExit();
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
