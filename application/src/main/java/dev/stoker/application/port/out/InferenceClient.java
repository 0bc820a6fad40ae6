package dev.stoker.application.port.out;

import dev.stoker.domain.unit.Port;

/** Asks a model. Calls block. */
public interface InferenceClient {
  /**
   * {@return the text of the answer, control characters removed}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when there is none
   */
  String chat(Port port, String servedName, String question, int maxTokens);
}
