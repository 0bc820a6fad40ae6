package dev.stoker.application.port.in;

import dev.stoker.application.Question;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model to ask. What gets no answer because its server died is asked again when it is back, at
 * most three times (AC-043, AC-044); so a call may block as long as a restart takes.
 *
 * <p>Safe for any thread. Every call throws {@code LifecycleException}: {@code RequestDeclined}
 * where the server refuses the request, else why there is no answer.
 */
public interface ModelProvider {
  /** {@return the name that it is served by} */
  String model();

  /** {@return its answer, control characters other than line breaks removed} */
  String chat(Question question);

  /**
   * Hands on its answer as it comes; done when it is whole. It is asked again only while nothing
   * was handed on.
   *
   * @param words told each part, on the caller's thread
   */
  void chat(Question question, Consumer<String> words);

  /**
   * {@return how it goes on with a text}
   *
   * @param maxTokens how far at most; at least 1
   */
  String complete(String prompt, int maxTokens);

  /** {@return one vector for each text, in their order} */
  List<List<Double>> embed(List<String> texts);

  /** {@return every name that its server serves} */
  List<String> models();
}
