package dev.stoker.infrastructure.http;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Sends a request to a server on this machine; answers are limited in size and time. */
final class EngineHttp {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final long MOST_BYTES = 1 << 20;

  /** Of what is asked for: embeddings are large. */
  private static final long MOST_ANSWERED = 32L << 20;

  private final OkHttpClient client;
  private final Moshi moshi;
  private final String key;

  /** Until their answers are read: the client itself forgets a call when its answer begins. */
  private final Map<Call, Port> questions = new ConcurrentHashMap<>();

  @Inject
  EngineHttp(OkHttpClient client, Moshi moshi, Settings settings) {
    this.client = client;
    this.moshi = moshi;
    this.key = settings.environment().getOrDefault("VLLM_API_KEY", "");
  }

  /** An answer: status, the beginning of its body, and whether that is all of it. */
  record Answer(int status, String body, boolean whole) {}

  Answer get(Port port, String path, Duration patience) throws IOException {
    return send(request(port, path).build(), patience, MOST_BYTES);
  }

  <T> Answer post(Port port, String path, Class<T> type, T message, Duration patience)
      throws IOException {
    return send(request(port, path).post(body(type, message)).build(), patience, MOST_ANSWERED);
  }

  /** Sends a question; {@link #cut} ends it. */
  <T> Answer ask(Port port, String path, Class<T> type, T message, Duration patience)
      throws IOException {
    Call call = waiting(patience).newCall(request(port, path).post(body(type, message)).build());
    return asked(port, call, response -> answer(response, MOST_ANSWERED));
  }

  /** What becomes of an answer. */
  private interface Reading {
    Answer read(Response response) throws IOException;
  }

  private Answer asked(Port port, Call call, Reading reading) throws IOException {
    questions.put(call, port);
    try (Response response = call.execute()) {
      return reading.read(response);
    } finally {
      questions.remove(call);
    }
  }

  private <T> RequestBody body(Class<T> type, T message) {
    return RequestBody.create(moshi.adapter(type).toJson(message), JSON);
  }

  /** Ends the questions that are under way to that port, as if the server had hung up. */
  void cut(Port port) {
    questions.forEach(
        (call, to) -> {
          if (to.equals(port)) {
            call.cancel();
          }
        });
  }

  /**
   * Sends a question, and hands on the lines of an answer that is a success as they come; {@link
   * #cut} ends it.
   *
   * @param patience how long a line may let itself be waited for
   * @return the status; with the beginning of the body where it is no success
   */
  <T> Answer stream(
      Port port, String path, Class<T> type, T message, Duration patience, Consumer<String> lines)
      throws IOException {
    OkHttpClient patient =
        client.newBuilder().callTimeout(Duration.ZERO).readTimeout(patience).build();
    Call call = patient.newCall(request(port, path).post(body(type, message)).build());
    return asked(port, call, response -> read(response, lines));
  }

  private static Answer read(Response response, Consumer<String> lines) throws IOException {
    if (!response.isSuccessful()) {
      return answer(response, MOST_BYTES);
    }
    BufferedSource source = response.body().source();
    while (!source.exhausted()) {
      lines.accept(source.readUtf8LineStrict(MOST_BYTES));
    }
    return new Answer(response.code(), "", true);
  }

  /** {@return the message, or null where the text is none} */
  <T> @Nullable T parse(Class<T> type, String json) {
    try {
      return moshi.adapter(type).fromJson(json);
    } catch (IOException | JsonDataException e) {
      return null;
    }
  }

  private Request.Builder request(Port port, String path) {
    Request.Builder request = new Request.Builder().url("http://127.0.0.1:" + port + path);
    // The server takes its key from the environment that it shares with us.
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private Answer send(Request request, Duration patience, long most) throws IOException {
    try (Response response = waiting(patience).newCall(request).execute()) {
      return answer(response, most);
    }
  }

  private OkHttpClient waiting(Duration patience) {
    return client.newBuilder().callTimeout(patience).readTimeout(patience).build();
  }

  private static Answer answer(Response response, long most) throws IOException {
    ResponseBody beginning = response.peekBody(most);
    // It says how much was there to be looked at.
    boolean whole = beginning.contentLength() < most;
    return new Answer(response.code(), beginning.string(), whole);
  }
}
