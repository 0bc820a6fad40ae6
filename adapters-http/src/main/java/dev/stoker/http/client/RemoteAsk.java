package dev.stoker.http.client;

import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.AnswerMessage;
import dev.stoker.http.message.AskMessage;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import okhttp3.Response;
import okio.BufferedSource;

/** Asks models through a daemon. */
final class RemoteAsk implements AskUseCase {
  private static final String EVENT = "event: ";
  private static final String DATA = "data: ";
  private static final String MESSAGE = "message";

  private final Api api;

  RemoteAsk(Api api) {
    this.api = api;
  }

  private static String path(ServiceName name) {
    return "/v1/services/" + name + "/ask";
  }

  private static Map<String, Object> message(String question, int maxTokens, boolean stream) {
    return new AskMessage(question, maxTokens, stream).fields();
  }

  @Override
  public String ask(ServiceName name, String question, int maxTokens) {
    return AnswerMessage.read(api.post(path(name), message(question, maxTokens, false)));
  }

  @Override
  public void ask(ServiceName name, String question, int maxTokens, Consumer<String> words) {
    Api.Stream stream = api.open(path(name), message(question, maxTokens, true));
    try (Response response = stream.response()) {
      if (!read(response.body().source(), words)) {
        throw api.unreachable(new IOException("the answer broke off"));
      }
    } catch (IOException e) {
      throw api.unreachable(e);
    }
  }

  /** {@return whether it came to its end} */
  private static boolean read(BufferedSource source, Consumer<String> words) throws IOException {
    String event = MESSAGE;
    for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
      if (line.startsWith(EVENT)) {
        event = line.substring(EVENT.length());
      } else if (line.startsWith(DATA)) {
        if (take(event, line.substring(DATA.length()), words)) {
          return true;
        }
        event = MESSAGE;
      }
    }
    return false;
  }

  private static boolean take(String event, String data, Consumer<String> words) {
    switch (event) {
      case MESSAGE -> words.accept(AnswerMessage.readPart(Json.object(data)));
      case "error" -> throw new LifecycleException(ProblemDetails.read(Json.object(data)));
      default -> {
        return true;
      }
    }
    return false;
  }
}
