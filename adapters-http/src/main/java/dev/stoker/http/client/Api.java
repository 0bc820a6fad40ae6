package dev.stoker.http.client;

import dev.stoker.application.port.in.ControlAccess.Announced;
import dev.stoker.domain.failure.ControlFailure.NoDaemon;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.http.message.Fields;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import okhttp3.ConnectionSpec;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Calls a daemon: no proxy, no redirects, nothing sent twice. What changes something may take as
 * long as it takes: a daemon that dies breaks the connection.
 */
final class Api {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int LARGEST_ANSWER = 4 * 1024 * 1024;

  private final Announced daemon;
  private final OkHttpClient patient =
      new OkHttpClient.Builder()
          .proxy(Proxy.NO_PROXY)
          // Without TLS: to read the machine's certificates would take longer than the call.
          .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
          .followRedirects(false)
          .retryOnConnectionFailure(false)
          .connectTimeout(Duration.ofSeconds(2))
          .readTimeout(Duration.ZERO)
          .build();

  /** For what a daemon that lives answers at once. */
  private final OkHttpClient brisk =
      patient.newBuilder().readTimeout(Duration.ofSeconds(10)).build();

  Api(Announced daemon) {
    this.daemon = daemon;
  }

  Fields get(String path) {
    return call(brisk, path, "GET", null);
  }

  Fields post(String path, Map<String, Object> body) {
    return call(patient, path, "POST", body);
  }

  Fields put(String path, Map<String, Object> body) {
    return call(brisk, path, "PUT", body);
  }

  Fields delete(String path) {
    return call(patient, path, "DELETE", null);
  }

  private Fields call(
      OkHttpClient client, String path, String method, @Nullable Map<String, Object> body) {
    RequestBody content = body == null ? null : RequestBody.create(Json.of(body), JSON);
    Request request = request(path).method(method, content).build();
    try (Response response = client.newCall(request).execute()) {
      return fields(response);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * An answer that has not ended. Its body is for one thread, which closes it; another one ends it
   * by cancelling the call.
   */
  record Stream(Call call, Response response) {}

  Stream open(String path) {
    return open(request(path).build());
  }

  Stream open(String path, Map<String, Object> body) {
    return open(request(path).post(RequestBody.create(Json.of(body), JSON)).build());
  }

  private Stream open(Request request) {
    try {
      Call call = patient.newCall(request);
      Response response = call.execute();
      if (!response.isSuccessful()) {
        try (response) {
          fields(response);
        }
      }
      return new Stream(call, response);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Request.Builder request(String path) {
    return new Request.Builder()
        .url(daemon.address() + path)
        .header("Authorization", "Bearer " + daemon.token());
  }

  private static Fields fields(Response response) throws IOException {
    try {
      String text = response.peekBody(LARGEST_ANSWER).string();
      if (!response.isSuccessful()) {
        throw new LifecycleException(ProblemDetails.read(Json.object(text)));
      }
      return Json.object(text);
    } catch (IllegalArgumentException e) {
      throw new LifecycleException(
          new Internal("the daemon's answer (" + response.code() + ") " + e.getMessage()), e);
    }
  }

  /** {@return that the daemon is not there any more} */
  LifecycleException unreachable(IOException e) {
    return new LifecycleException(
        new NoDaemon(
            "this home (pid "
                + daemon.pid()
                + " was at "
                + daemon.address()
                + ": "
                + e.getMessage()
                + ")"),
        e);
  }
}
