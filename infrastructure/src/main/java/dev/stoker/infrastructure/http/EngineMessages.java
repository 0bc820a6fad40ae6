package dev.stoker.infrastructure.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What servers send and are sent, as far as it is needed; the OpenAI API's shapes. */
public final class EngineMessages {
  private EngineMessages() {}

  /**
   * The answer of {@code /v1/models}.
   *
   * @param data one card for each served name
   */
  public record Models(@Nullable List<@Nullable Card> data) {}

  /**
   * A served name.
   *
   * @param id the name
   */
  public record Card(@Nullable String id) {}

  /**
   * A request for one completion.
   *
   * @param model the served name
   * @param prompt the text
   * @param max_tokens how long at most
   */
  public record CompletionRequest(String model, String prompt, int max_tokens) {}

  /**
   * A request for one embedding.
   *
   * @param model the served name
   * @param input the text
   */
  public record EmbeddingRequest(String model, String input) {}

  /**
   * A request for one answer.
   *
   * @param model the served name
   * @param messages the conversation
   * @param max_tokens how long at most
   * @param stream whether it is to come as events
   */
  public record ChatRequest(String model, List<Message> messages, int max_tokens, boolean stream) {}

  /**
   * A line of a conversation.
   *
   * @param role who speaks
   * @param content what is said
   */
  public record Message(@Nullable String role, @Nullable String content) {}

  /**
   * An answer.
   *
   * @param choices the alternatives, the first is taken
   */
  public record ChatAnswer(@Nullable List<@Nullable Choice> choices) {}

  /**
   * An alternative.
   *
   * @param message what was said
   * @param delta what more was said, in an event
   */
  public record Choice(@Nullable Message message, @Nullable Message delta) {}

  /**
   * An event of a stream.
   *
   * @param choices the alternatives, the first is taken
   * @param error what went wrong instead
   */
  public record ChatPart(@Nullable List<@Nullable Choice> choices, @Nullable Trouble error) {}

  /**
   * An answer that is none.
   *
   * @param error what went wrong
   */
  public record Problem(@Nullable Trouble error) {}

  /**
   * What went wrong.
   *
   * @param message in words
   */
  public record Trouble(@Nullable String message) {}

  /**
   * A completion.
   *
   * @param choices the alternatives, the first is taken
   */
  public record CompletionAnswer(@Nullable List<@Nullable Text> choices) {}

  /**
   * An alternative of a completion.
   *
   * @param text what follows
   */
  public record Text(@Nullable String text) {}

  /**
   * A request for embeddings.
   *
   * @param model the served name
   * @param input the texts
   */
  public record EmbeddingsRequest(String model, List<String> input) {}

  /**
   * Embeddings.
   *
   * @param data one for each text
   */
  public record EmbeddingAnswer(@Nullable List<@Nullable Vector> data) {}

  /**
   * An embedding.
   *
   * @param embedding its numbers
   */
  public record Vector(@Nullable List<Double> embedding) {}
}
