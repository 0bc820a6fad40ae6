package dev.stoker.infrastructure.http;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
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
    String json = moshi.adapter(type).toJson(message);
    Request request = request(port, path).post(RequestBody.create(json, JSON)).build();
    return send(request, patience, MOST_ANSWERED);
  }

  /**
   * Sends it, and hands on the lines of an answer that is a success as they come.
   *
   * @param patience how long a line may let itself be waited for
   * @return the status; with the beginning of the body where it is no success
   */
  <T> Answer stream(
      Port port, String path, Class<T> type, T message, Duration patience, Consumer<String> lines)
      throws IOException {
    String json = moshi.adapter(type).toJson(message);
    Request request = request(port, path).post(RequestBody.create(json, JSON)).build();
    OkHttpClient patient =
        client.newBuilder().callTimeout(Duration.ZERO).readTimeout(patience).build();
    try (Response response = patient.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        return answer(response, MOST_BYTES);
      }
      BufferedSource source = response.body().source();
      while (!source.exhausted()) {
        lines.accept(source.readUtf8LineStrict(MOST_BYTES));
      }
      return new Answer(response.code(), "", true);
    }
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
    OkHttpClient patient = client.newBuilder().callTimeout(patience).readTimeout(patience).build();
    try (Response response = patient.newCall(request).execute()) {
      return answer(response, most);
    }
  }

  private static Answer answer(Response response, long most) throws IOException {
    ResponseBody beginning = response.peekBody(most);
    // It says how much was there to be looked at.
    boolean whole = beginning.contentLength() < most;
    return new Answer(response.code(), beginning.string(), whole);
  }
}
