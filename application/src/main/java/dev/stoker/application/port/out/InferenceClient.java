package dev.stoker.application.port.out;

import dev.stoker.application.Question;
import dev.stoker.domain.unit.Port;
import java.util.List;
import java.util.function.Consumer;

/** Asks a server of this machine over the OpenAI API. Calls block, and never throw for its sake. */
public interface InferenceClient {
  /**
   * Where a model is asked.
   *
   * @param port of its server, on 127.0.0.1
   * @param servedName the name that it is served by
   */
  record Endpoint(Port port, String servedName) {}

  /**
   * What came of a request.
   *
   * @param <T> what an answer is
   */
  sealed interface Outcome<T> {
    /**
     * It was answered.
     *
     * @param value the answer
     */
    record Answered<T>(T value) implements Outcome<T> {}

    /**
     * A server that is well refuses it.
     *
     * @param status the HTTP status
     * @param message what it says
     */
    record Declined<T>(int status, String message) implements Outcome<T> {}

    /**
     * Nobody answered, or a server that dies: it may be asked again.
     *
     * @param why what was seen
     * @param dying whether the server itself said something, as one does that is about to end: that
     *     may take seconds
     */
    record Unanswered<T>(String why, boolean dying) implements Outcome<T> {}

    /**
     * The answer began and broke off, or did not come in time, or cannot be used: to ask again
     * would have it computed again.
     *
     * @param why what was seen
     */
    record Broken<T>(String why) implements Outcome<T> {}
  }

  /** {@return the text of the answer, control characters other than line breaks removed} */
  Outcome<String> chat(Endpoint endpoint, Question question);

  /** {@return the outcome, with how many parts were handed on} */
  Outcome<Integer> chat(Endpoint endpoint, Question question, Consumer<String> words);

  /** {@return the text that follows} */
  Outcome<String> complete(Endpoint endpoint, String prompt, int maxTokens);

  /** {@return one vector for each text} */
  Outcome<List<List<Double>>> embed(Endpoint endpoint, List<String> texts);

  /** {@return every name that it serves} */
  Outcome<List<String>> models(Endpoint endpoint);

  /**
   * Ends every question to a model that is under way to that port (not {@link #models}): each is
   * unanswered, or broken where its answer had begun. For any thread; does not block.
   */
  void cut(Endpoint endpoint);
}
