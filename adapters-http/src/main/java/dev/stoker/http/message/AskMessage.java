package dev.stoker.http.message;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A question to a model.
 *
 * @param question what it is asked
 * @param maxTokens how long the answer may be, in tokens
 * @param stream whether it is to come in parts
 */
public record AskMessage(String question, int maxTokens, boolean stream) {
  private static final String QUESTION = "question";
  private static final String TOKENS = "max_tokens";
  private static final String STREAM = "stream";
  private static final int USUAL_TOKENS = 256;

  /** The longest answer that may be asked for, in tokens. */
  public static final int MOST_TOKENS = 32_768;

  /** {@return what is sent} */
  public Map<String, Object> fields() {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put(QUESTION, question);
    message.put(TOKENS, maxTokens);
    message.put(STREAM, stream);
    return message;
  }

  /**
   * {@return the question that was sent}
   *
   * @throws IllegalArgumentException when it is none
   */
  public static AskMessage read(Fields fields) {
    fields.onlyThese(Set.of(QUESTION, TOKENS, STREAM));
    Long tokens = fields.whole(TOKENS);
    if (tokens != null && (tokens < 1 || tokens > MOST_TOKENS)) {
      throw new IllegalArgumentException(
          TOKENS + " = " + tokens + " must be a whole number from 1 to " + MOST_TOKENS);
    }
    return new AskMessage(
        fields.requiredText(QUESTION),
        tokens == null ? USUAL_TOKENS : Math.toIntExact(tokens),
        fields.flag(STREAM));
  }
}
