package dev.stoker.infrastructure.http;

import dev.stoker.application.Question;
import dev.stoker.application.port.out.InferenceClient;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.http.EngineHttp.Answer;
import dev.stoker.infrastructure.http.EngineMessages.Card;
import dev.stoker.infrastructure.http.EngineMessages.ChatAnswer;
import dev.stoker.infrastructure.http.EngineMessages.ChatPart;
import dev.stoker.infrastructure.http.EngineMessages.ChatRequest;
import dev.stoker.infrastructure.http.EngineMessages.Choice;
import dev.stoker.infrastructure.http.EngineMessages.CompletionAnswer;
import dev.stoker.infrastructure.http.EngineMessages.CompletionRequest;
import dev.stoker.infrastructure.http.EngineMessages.EmbeddingAnswer;
import dev.stoker.infrastructure.http.EngineMessages.EmbeddingsRequest;
import dev.stoker.infrastructure.http.EngineMessages.Message;
import dev.stoker.infrastructure.http.EngineMessages.Models;
import dev.stoker.infrastructure.http.EngineMessages.Problem;
import dev.stoker.infrastructure.http.EngineMessages.Text;
import dev.stoker.infrastructure.http.EngineMessages.Vector;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks models over the OpenAI API. */
final class HttpInferenceClient implements InferenceClient {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(1);
  private static final String CHAT = "/v1/chat/completions";
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final int MOST_SHOWN = 300;
  private static final String TOO_LATE = "no answer within " + PATIENCE.toMinutes() + " minutes";

  private final EngineHttp http;

  @Inject
  HttpInferenceClient(EngineHttp http) {
    this.http = http;
  }

  @Override
  public Outcome<String> chat(Endpoint endpoint, Question question) {
    ChatRequest request = request(endpoint, question, false);
    return post(
        endpoint, CHAT, ChatRequest.class, request, ChatAnswer.class, HttpInferenceClient::textOf);
  }

  private static ChatRequest request(Endpoint endpoint, Question question, boolean stream) {
    List<Message> messages =
        question.lines().stream().map(line -> new Message(line.role(), line.content())).toList();
    return new ChatRequest(endpoint.servedName(), messages, question.maxTokens(), stream);
  }

  @Override
  public Outcome<String> complete(Endpoint endpoint, String prompt, int maxTokens) {
    return post(
        endpoint,
        "/v1/completions",
        CompletionRequest.class,
        new CompletionRequest(endpoint.servedName(), prompt, maxTokens),
        CompletionAnswer.class,
        answer -> {
          Text first = firstOf(answer.choices());
          return Optional.ofNullable(first == null ? null : first.text())
              .map(HttpInferenceClient::printable);
        });
  }

  @Override
  public Outcome<List<List<Double>>> embed(Endpoint endpoint, List<String> texts) {
    return post(
        endpoint,
        "/v1/embeddings",
        EmbeddingsRequest.class,
        new EmbeddingsRequest(endpoint.servedName(), texts),
        EmbeddingAnswer.class,
        answer -> vectors(answer, texts.size()));
  }

  private static Optional<List<List<Double>>> vectors(EmbeddingAnswer answer, int wanted) {
    List<List<Double>> vectors = new ArrayList<>();
    if (answer.data() != null) {
      for (Vector each : answer.data()) {
        if (each != null && each.embedding() != null) {
          vectors.add(List.copyOf(each.embedding()));
        }
      }
    }
    return vectors.size() == wanted ? Optional.of(vectors) : Optional.empty();
  }

  @Override
  public Outcome<List<String>> models(Endpoint endpoint) {
    try {
      Answer answer = http.get(endpoint.port(), "/v1/models", PATIENCE);
      return judged(endpoint.port(), answer, Models.class, HttpInferenceClient::names);
    } catch (IOException e) {
      return HttpInferenceClient.<List<String>>notAnswered(e);
    }
  }

  private static Optional<List<String>> names(Models models) {
    if (models.data() == null) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (Card card : models.data()) {
      if (card != null && card.id() != null) {
        names.add(card.id());
      }
    }
    return Optional.of(names);
  }

  @Override
  public Outcome<Integer> chat(Endpoint endpoint, Question question, Consumer<String> words) {
    Parts parts = new Parts(words);
    try {
      Answer answer =
          http.stream(
              endpoint.port(),
              CHAT,
              ChatRequest.class,
              request(endpoint, question, true),
              PATIENCE,
              parts::line);
      if (answer.status() != OK) {
        return this.<Integer>declined(endpoint.port(), answer);
      }
      return parts.outcome();
    } catch (InterruptedIOException e) {
      return new Outcome.Broken<>(TOO_LATE);
    } catch (IOException e) {
      return parts.brokenBy(String.valueOf(e.getMessage()));
    }
  }

  /** Reads the lines of a stream, and hands on what is said in them. */
  private final class Parts {
    private static final String DATA = "data:";
    private final Consumer<String> words;
    private int handedOn;
    private boolean whole;
    private String problem = "";

    Parts(Consumer<String> words) {
      this.words = words;
    }

    void line(String line) {
      if (!line.startsWith(DATA)) {
        return;
      }
      String data = line.substring(DATA.length()).strip();
      if (data.equals("[DONE]")) {
        whole = true;
        return;
      }
      ChatPart part = http.parse(ChatPart.class, data);
      if (part == null || part.error() != null) {
        problem = messageIn(data);
        return;
      }
      Choice choice = firstOf(part.choices());
      Message delta = choice == null ? null : choice.delta();
      if (delta != null && delta.content() != null && !delta.content().isEmpty()) {
        handedOn++;
        words.accept(printable(delta.content()));
      }
    }

    Outcome<Integer> outcome() {
      if (!problem.isEmpty()) {
        return brokenBy(problem);
      }
      return whole ? new Outcome.Answered<>(handedOn) : brokenBy("the stream ended early");
    }

    Outcome<Integer> brokenBy(String why) {
      return handedOn == 0
          ? new Outcome.Unanswered<>(why, !problem.isEmpty())
          : new Outcome.Broken<>(why);
    }
  }

  private <Q, A, T> Outcome<T> post(
      Endpoint endpoint,
      String path,
      Class<Q> type,
      Q request,
      Class<A> answerType,
      Function<A, Optional<T>> read) {
    try {
      Answer answer = http.ask(endpoint.port(), path, type, request, PATIENCE);
      return judged(endpoint.port(), answer, answerType, read);
    } catch (IOException e) {
      return HttpInferenceClient.<T>notAnswered(e);
    }
  }

  private <A, T> Outcome<T> judged(
      Port port, Answer answer, Class<A> type, Function<A, Optional<T>> read) {
    if (answer.status() != OK) {
      return this.<T>declined(port, answer);
    }
    if (!answer.whole()) {
      return new Outcome.Broken<>("its answer is too long; ask for less at once");
    }
    A message = http.parse(type, answer.body());
    Optional<T> value = message == null ? Optional.empty() : read.apply(message);
    return value
        .<Outcome<T>>map(Outcome.Answered::new)
        .orElseGet(() -> new Outcome.Broken<>("its answer could not be read"));
  }

  /** One that is late may still compute it: to ask again would make it later. */
  private static <T> Outcome<T> notAnswered(IOException problem) {
    return problem instanceof InterruptedIOException
        ? new Outcome.Broken<>(TOO_LATE)
        : new Outcome.Unanswered<>(String.valueOf(problem.getMessage()), false);
  }

  /** A dying server answers 500 for some seconds before it ends: that is no answer. */
  private <T> Outcome<T> declined(Port port, Answer answer) {
    String message = messageIn(answer.body());
    boolean dies =
        answer.status() >= SERVER_ERROR
            && (answer.body().contains("EngineDeadError") || !isWell(port));
    return dies
        ? new Outcome.Unanswered<>("HTTP " + answer.status() + ": " + message, true)
        : new Outcome.Declined<>(answer.status(), message);
  }

  private boolean isWell(Port port) {
    try {
      return http.get(port, "/health", HEALTH_PATIENCE).status() == OK;
    } catch (IOException e) {
      return false;
    }
  }

  private String messageIn(String body) {
    Problem problem = http.parse(Problem.class, body);
    String message =
        problem == null || problem.error() == null || problem.error().message() == null
            ? body
            : problem.error().message();
    String shown = printable(message).strip();
    return shown.length() > MOST_SHOWN ? shown.substring(0, MOST_SHOWN) + "…" : shown;
  }

  @Override
  public void cut(Endpoint endpoint) {
    http.cut(endpoint.port());
  }

  private static Optional<String> textOf(ChatAnswer answer) {
    Choice first = firstOf(answer.choices());
    Message message = first == null ? null : first.message();
    return Optional.ofNullable(message == null ? null : message.content())
        .map(text -> printable(text).strip());
  }

  private static <T> @Nullable T firstOf(@Nullable List<@Nullable T> all) {
    return all == null || all.isEmpty() ? null : all.getFirst();
  }

  /** What a model says may be shown on a terminal, which control characters would command. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", " ");
  }
}
