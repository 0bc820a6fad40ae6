package dev.stoker.application.port.in;

import dev.stoker.domain.service.ServiceName;
import java.util.function.Consumer;

/** Asks the model of a service, which is started where nobody stopped it by hand. */
public interface AskUseCase {
  /**
   * {@return the model's answer; blocks until it is there}
   *
   * @param name which service
   * @param question what to ask
   * @param maxTokens how long the answer may be, in tokens; at least 1
   * @throws dev.stoker.domain.failure.LifecycleException when it does not answer
   */
  String ask(ServiceName name, String question, int maxTokens);

  /**
   * Hands on its answer as it comes; blocks until it is whole.
   *
   * @param words told each part, on the caller's thread
   * @throws dev.stoker.domain.failure.LifecycleException when it does not answer, or not to the end
   */
  void ask(ServiceName name, String question, int maxTokens, Consumer<String> words);
}
