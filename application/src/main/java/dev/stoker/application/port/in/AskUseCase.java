package dev.stoker.application.port.in;

import dev.stoker.domain.service.ServiceName;

/** Asks the model of a running service. */
public interface AskUseCase {
  /**
   * {@return the model's answer; blocks until it is there}
   *
   * @param name which service
   * @param question what to ask
   * @param maxTokens how long the answer may be
   * @throws dev.stoker.domain.failure.LifecycleException when it does not answer
   */
  String ask(ServiceName name, String question, int maxTokens);
}
