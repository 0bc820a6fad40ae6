package dev.stoker.infrastructure.http;

import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.NotServing;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.http.EngineHttp.Answer;
import dev.stoker.infrastructure.http.EngineMessages.ChatAnswer;
import dev.stoker.infrastructure.http.EngineMessages.ChatRequest;
import dev.stoker.infrastructure.http.EngineMessages.Choice;
import dev.stoker.infrastructure.http.EngineMessages.Message;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chats over the OpenAI API. */
final class HttpInferenceClient implements InferenceClient {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int OK = 200;

  private final EngineHttp http;

  @Inject
  HttpInferenceClient(EngineHttp http) {
    this.http = http;
  }

  @Override
  public String chat(Port port, String servedName, String question, int maxTokens) {
    ChatRequest request =
        new ChatRequest(servedName, List.of(new Message("user", question)), maxTokens);
    try {
      Answer answer = http.post(port, "/v1/chat/completions", ChatRequest.class, request, PATIENCE);
      if (answer.status() != OK) {
        throw unanswered("the model answered with HTTP status " + answer.status());
      }
      String text = textOf(http.parse(ChatAnswer.class, answer.body()));
      if (text == null) {
        throw unanswered("the model's answer could not be read");
      }
      return text.replaceAll("\\p{Cntrl}", " ").strip();
    } catch (IOException e) {
      throw new LifecycleException(
          new NotServing("the model did not answer: " + e.getMessage(), Evidence.none()), e);
    }
  }

  private static @Nullable String textOf(@Nullable ChatAnswer answer) {
    if (answer == null || answer.choices() == null || answer.choices().isEmpty()) {
      return null;
    }
    Choice first = answer.choices().getFirst();
    Message message = first == null ? null : first.message();
    return message == null ? null : message.content();
  }

  private static LifecycleException unanswered(String problem) {
    return new LifecycleException(new NotServing(problem, Evidence.none()));
  }
}
