package dev.stoker.application;

import java.util.List;

/**
 * What a model is asked in a chat.
 *
 * @param lines the conversation so far, the question last; at least one
 * @param maxTokens how long the answer may be, in tokens; at least 1
 */
public record Question(List<Line> lines, int maxTokens) {
  private static final String USER = "user";

  /** Copies the list. */
  public Question {
    lines = List.copyOf(lines);
    if (lines.isEmpty() || maxTokens < 1) {
      throw new IllegalArgumentException("needs a line, and room for at least one token");
    }
  }

  /**
   * A line of a conversation.
   *
   * @param role who speaks: {@code system}, {@code user} or {@code assistant}
   * @param content what is said
   */
  public record Line(String role, String content) {}

  /** {@return a user's first question} */
  public static Question of(String text, int maxTokens) {
    return new Question(List.of(new Line(USER, text)), maxTokens);
  }
}
