package dev.stoker.http.client;

import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ConfigurationReload;
import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.application.port.in.Gpus;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.http.message.AppliedMessage;
import java.util.Map;

/** The use cases of a daemon, asked over its control API. */
public final class RemoteServices implements RunningServices {
  private final Api api;

  /** Asks nothing yet. */
  public RemoteServices(Announced daemon) {
    this.api = new Api(daemon);
  }

  @Override
  public ServiceOrchestrator orchestrator() {
    return new RemoteOrchestrator(api);
  }

  @Override
  public ServiceHistory history() {
    return new RemoteHistory(api);
  }

  @Override
  public ConfigurationReload reload() {
    return () -> AppliedMessage.read(api.post("/v1/reload", Map.of()));
  }

  @Override
  public Gpus gpus() {
    return new RemoteGpus(api);
  }

  @Override
  public AskUseCase ask() {
    return new RemoteAsk(api);
  }
}
