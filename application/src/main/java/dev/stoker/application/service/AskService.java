package dev.stoker.application.service;

import dev.stoker.application.Question;
import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.application.port.in.ProviderRegistry;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.util.function.Consumer;

/** Asks what the registry hands out. */
final class AskService implements AskUseCase {
  private final ProviderRegistry registry;

  @Inject
  AskService(ProviderRegistry registry) {
    this.registry = registry;
  }

  @Override
  public String ask(ServiceName name, String question, int maxTokens) {
    return registry.provider(name).chat(Question.of(question, maxTokens));
  }

  @Override
  public void ask(ServiceName name, String question, int maxTokens, Consumer<String> words) {
    registry.provider(name).chat(Question.of(question, maxTokens), words);
  }
}
