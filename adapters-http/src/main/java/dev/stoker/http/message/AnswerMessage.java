package dev.stoker.http.message;

import java.util.Map;

/** A model's answer: whole, or a part of it. */
public final class AnswerMessage {
  private static final String ANSWER = "answer";
  private static final String TEXT = "text";

  private AnswerMessage() {}

  /** {@return the message of a whole answer} */
  public static Map<String, Object> of(String answer) {
    return Map.of(ANSWER, answer);
  }

  /** {@return the answer in a message} */
  public static String read(Fields fields) {
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
