package dev.stoker.http.client;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.Fields;
import dev.stoker.http.message.SpecMessage;
import dev.stoker.http.message.StatusMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The life of a daemon's services. */
final class RemoteOrchestrator implements ServiceOrchestrator {
  private final Api api;

  RemoteOrchestrator(Api api) {
    this.api = api;
  }

  @Override
  public CompletableFuture<ServiceStatus> define(ServiceSpec spec) {
    return elsewhere(() -> api.put(path(spec.name()), SpecMessage.of(spec)));
  }

  @Override
  public CompletableFuture<ServiceStatus> remove(ServiceName name) {
    return elsewhere(() -> api.delete(path(name) + "?wait=true"));
  }

  @Override
  public CompletableFuture<ServiceStatus> start(ServiceName name) {
    return act(name, "start");
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name) {
    return act(name, "ensure");
  }

  @Override
  public CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name, ModelReference model) {
    return elsewhere(
        () ->
            api.post(path(name) + "/ensure?wait=true", Map.of("model", SpecMessage.model(model))));
  }

  @Override
  public CompletableFuture<ServiceStatus> switchModel(ServiceName name, ModelReference model) {
    return elsewhere(
        () ->
            api.post(path(name) + "/switch?wait=true", Map.of("model", SpecMessage.model(model))));
  }

  @Override
  public CompletableFuture<ServiceStatus> stop(ServiceName name) {
    return act(name, "stop");
  }

  @Override
  public CompletableFuture<ServiceStatus> restart(ServiceName name) {
    return act(name, "restart");
  }

  private CompletableFuture<ServiceStatus> act(ServiceName name, String action) {
    return elsewhere(() -> api.post(path(name) + "/" + action + "?wait=true", Map.of()));
  }

  /** On a thread of its own: a start may take minutes. */
  private static CompletableFuture<ServiceStatus> elsewhere(Supplier<Fields> call) {
    return CompletableFuture.supplyAsync(
        () -> StatusMessage.read(call.get()),
        task -> Thread.ofVirtual().name("control-call").start(task));
  }

  private static String path(ServiceName name) {
    return "/v1/services/" + name;
  }

  @Override
  public List<ServiceStatus> statuses() {
    return api.get("/v1/services").objects("services").stream().map(StatusMessage::read).toList();
  }

  @Override
  public ServiceStatus status(ServiceName name) {
    return StatusMessage.read(api.get(path(name)));
  }

  @Override
  public Subscription listen(Consumer<ServiceNotice> listener) {
    return RemoteEvents.open(api, listener);
  }
}
