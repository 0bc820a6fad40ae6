package dev.stoker.application.service;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ModelProvider;
import dev.stoker.application.port.in.ProviderRegistry;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.in.Traffic;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.application.port.out.Scheduler;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Makes sure that a service serves before its model is handed out. */
final class ProviderService implements ProviderRegistry {
  private final ServiceOrchestrator orchestrator;
  private final InferenceClient client;
  private final Traffic traffic;
  private final Scheduler scheduler;

  @Inject
  ProviderService(
      ServiceOrchestrator orchestrator,
      InferenceClient client,
      Traffic traffic,
      Scheduler scheduler) {
    this.orchestrator = orchestrator;
    this.client = client;
    this.traffic = traffic;
    this.scheduler = scheduler;
  }

  @Override
  public List<ServiceName> names() {
    return orchestrator.statuses().stream().map(ServiceStatus::name).toList();
  }

  @Override
  public ModelProvider provider(ServiceName name) {
    return new SupervisedModel(
        serving(orchestrator, name), orchestrator, client, traffic, scheduler);
  }

  /** {@return how it serves; blocks until it does} */
  static ServiceStatus serving(ServiceOrchestrator orchestrator, ServiceName name) {
    try {
      return orchestrator.ensureHealthy(name).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LifecycleException known
          ? known
          : new LifecycleException(new Internal(String.valueOf(e.getCause())), e);
    }
  }
}
