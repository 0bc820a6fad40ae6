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
  public String ask(ServiceName name, Question question) {
    return registry.provider(name).chat(question);
  }

  @Override
  public void ask(ServiceName name, Question question, Consumer<String> words) {
    registry.provider(name).chat(question, words);
  }
}
