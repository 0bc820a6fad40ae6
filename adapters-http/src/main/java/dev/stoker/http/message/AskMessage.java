package dev.stoker.http.message;

import dev.stoker.application.Question;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A question to a model, and its answer. */
public final class AskMessage {
  private static final String QUESTION = "question";
  private static final String TOKENS = "max_tokens";
  private static final String STREAM = "stream";
  private static final String ANSWER = "answer";
  private static final String TEXT = "text";
  private static final int USUAL_TOKENS = 256;

  /** The longest answer that may be asked for, in tokens. */
  public static final int MOST_TOKENS = 32_768;

  private AskMessage() {}

  /** {@return the message of a question; only its last line is sent} */
  public static Map<String, Object> of(Question question, boolean stream) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put(QUESTION, question.lines().getLast().content());
    message.put(TOKENS, question.maxTokens());
    message.put(STREAM, stream);
    return message;
  }

  /**
   * {@return the question of a message}
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Question read(Fields fields) {
    fields.onlyThese(Set.of(QUESTION, TOKENS, STREAM));
    Long tokens = fields.whole(TOKENS);
    if (tokens != null && (tokens < 1 || tokens > MOST_TOKENS)) {
      throw new IllegalArgumentException(
          TOKENS + " = " + tokens + " must be a whole number from 1 to " + MOST_TOKENS);
    }
    return Question.of(
        fields.requiredText(QUESTION), tokens == null ? USUAL_TOKENS : Math.toIntExact(tokens));
  }

  /** {@return whether the answer is to come in parts} */
  public static boolean wantsStream(Fields fields) {
    return fields.flag(STREAM);
  }

  /** {@return the message of a whole answer} */
  public static Map<String, Object> of(String answer) {
    return Map.of(ANSWER, answer);
  }

  /** {@return the answer in a message} */
  public static String readAnswer(Fields fields) {
    return fields.requiredText(ANSWER);
  }

  /** {@return the message of a part of an answer} */
  public static Map<String, Object> part(String text) {
    return Map.of(TEXT, text);
  }

  /** {@return the part in a message} */
  public static String readPart(Fields fields) {
    return fields.requiredText(TEXT);
  }
}
