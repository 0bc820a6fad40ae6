package dev.stoker.http.gateway;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ConfigurationReload;
import dev.stoker.application.port.in.Gpus;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.ControlFailure.UnknownService;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.domain.unit.Port;
import dev.stoker.testing.FakeWorld;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Services whose state the test sets; what waits for one is released when it serves, or fails. */
final class FakeServices implements RunningServices, ServiceOrchestrator, ServiceHistory {
  private final Map<ServiceName, ServiceStatus> services = new ConcurrentSkipListMap<>();
  private final Map<ServiceName, ConcurrentLinkedQueue<CompletableFuture<ServiceStatus>>> waiting =
      new ConcurrentHashMap<>();
  private final List<Incident> incidents = new CopyOnWriteArrayList<>();

  /** It serves that model on that port, as that process. */
  void run(String name, String model, int port, long pid) {
    ServiceName service = new ServiceName(name);
    ServiceStatus status = status(service, ServiceState.RUNNING, model, port, pid, Instant.now());
    services.put(service, status);
    queue(service).forEach(each -> each.complete(status));
    queue(service).clear();
  }

  /** It does not serve. */
  void set(String name, String model, int port, ServiceState state) {
    ServiceName service = new ServiceName(name);
    services.put(service, status(service, state, model, port, null, null));
  }

  /** Somebody removed it. */
  void remove(String name) {
    ServiceName service = new ServiceName(name);
    services.remove(service);
    fail(name, new UnknownService(service, List.of()));
  }

  /** It will not serve. */
  void fail(String name, Failure why) {
    ServiceName service = new ServiceName(name);
    queue(service).forEach(each -> each.completeExceptionally(new LifecycleException(why)));
    queue(service).clear();
  }

  void happened(Incident incident) {
    incidents.add(incident);
  }

  /** {@return how many wait for it} */
  int waitingFor(String name) {
    return queue(new ServiceName(name)).size();
  }

  private ConcurrentLinkedQueue<CompletableFuture<ServiceStatus>> queue(ServiceName name) {
    return waiting.computeIfAbsent(name, _ -> new ConcurrentLinkedQueue<>());
  }

  private static ServiceStatus status(
      ServiceName name,
      ServiceState state,
      String model,
      int port,
      @Nullable Long pid,
      @Nullable Instant since) {
    return new ServiceStatus(
        name,
        state,
        model,
        model,
        List.of("also/" + name),
        new Port(port),
        "vllm",
        "",
        pid,
        null,
        null,
        since,
        null,
        null,
        "",
        null,
        List.of(),
        null);
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name) {
    ServiceStatus now = status(name);
    if (now.state() == ServiceState.RUNNING) {
      return CompletableFuture.completedFuture(now);
    }
    CompletableFuture<ServiceStatus> future = new CompletableFuture<>();
    queue(name).add(future);
    return future;
  }

  @Override
  public List<ServiceStatus> statuses() {
    return List.copyOf(services.values());
  }

  @Override
  public ServiceStatus status(ServiceName name) {
    ServiceStatus found = services.get(name);
    if (found == null) {
      throw new LifecycleException(new UnknownService(name, List.of()));
    }
    return found;
  }

  @Override
  public List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most) {
    return List.of();
  }

  @Override
  public List<Incident> incidents(@Nullable ServiceName service, int most) {
    return incidents.size() > most
        ? incidents.subList(incidents.size() - most, incidents.size())
        : incidents;
  }

  @Override
  public ServiceOrchestrator orchestrator() {
    return this;
  }

  @Override
  public ServiceHistory history() {
    return this;
  }

  @Override
  public Subscription listen(Consumer<ServiceNotice> listener) {
    return () -> {};
  }

  private static UnsupportedOperationException notOfTheGateway() {
    return new UnsupportedOperationException("the gateway does not do that");
  }

  @Override
  public CompletableFuture<ServiceStatus> define(ServiceSpec spec) {
    throw notOfTheGateway();
  }

  @Override
  public CompletableFuture<ServiceStatus> remove(ServiceName name) {
    throw notOfTheGateway();
  }

  @Override
  public CompletableFuture<ServiceStatus> start(ServiceName name) {
    throw notOfTheGateway();
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name, ModelReference model) {
    throw notOfTheGateway();
  }

  @Override
  public CompletableFuture<ServiceStatus> switchModel(ServiceName name, ModelReference model) {
    throw notOfTheGateway();
  }

  @Override
  public CompletableFuture<ServiceStatus> stop(ServiceName name) {
    throw notOfTheGateway();
  }

  @Override
  public CompletableFuture<ServiceStatus> restart(ServiceName name) {
    throw notOfTheGateway();
  }

  @Override
  public ConfigurationReload reload() {
    throw notOfTheGateway();
  }

  @Override
  public Gpus gpus() {
    // Measured, though not asked by the gateway.
    return new FakeWorld().begin().gpus();
  }

  @Override
  public AskUseCase ask() {
    throw notOfTheGateway();
  }
}
