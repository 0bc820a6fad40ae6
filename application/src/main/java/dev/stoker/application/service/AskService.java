package dev.stoker.application.service;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;

/** Asks a service that is known to this Stoker. */
final class AskService implements AskUseCase {
  private final ServiceOrchestrator orchestrator;
  private final InferenceClient client;

  @Inject
  AskService(ServiceOrchestrator orchestrator, InferenceClient client) {
    this.orchestrator = orchestrator;
    this.client = client;
  }

  @Override
  public String ask(ServiceName name, String question, int maxTokens) {
    ServiceStatus status = orchestrator.status(name);
    return client.chat(status.port(), status.servedName(), question, maxTokens);
  }
}
