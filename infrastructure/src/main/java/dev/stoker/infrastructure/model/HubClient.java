package dev.stoker.infrastructure.model;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.model.ModelId;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the Hub. What another try may cure is tried again, as long as the Hub says to wait; the rest
 * becomes a failure. A redirect to another host is followed without the token (OkHttp's rule), and
 * never from https to http.
 */
@Singleton
final class HubClient {
  private static final Logger log = LoggerFactory.getLogger(HubClient.class);
  private static final long MOST_JSON = 32L << 20;
  private static final int TRIES = 4;
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  /** Told to wait longer, a person wants to know rather than to wait. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final int UNAUTHORIZED = 401;
  private static final String AGENT = "stoker";

  private final OkHttpClient loopback;
  private final Settings settings;
  private final Waiting waiting;
  private @Nullable OkHttpClient client;

  /** Lets time pass; in tests, none. */
  @FunctionalInterface
  interface Waiting {
    void until(Duration over) throws InterruptedException;
  }

  @Inject
  HubClient(OkHttpClient loopback, Settings settings, Waiting waiting) {
    this.loopback = loopback;
    this.settings = settings;
    this.waiting = waiting;
  }

  HubAccess access() {
    return HubAccess.of(settings);
  }

  /** Made when it is first needed: what runs on this machine needs neither TLS nor a proxy. */
  private synchronized OkHttpClient client() {
    OkHttpClient made = client;
    if (made == null) {
      EnvironmentProxies proxies = new EnvironmentProxies(settings.environment());
      OkHttpClient.Builder builder =
          loopback
              .newBuilder()
              .proxy(null)
              .proxySelector(proxies)
              .proxyAuthenticator(proxies)
              .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
              // Of HTTP/2 every stream may hold 16 MiB that nobody has read yet.
              .protocols(List.of(Protocol.HTTP_1_1))
              .connectionPool(new ConnectionPool(8, 1, TimeUnit.MINUTES))
              .connectTimeout(Duration.ofSeconds(10))
              .readTimeout(SILENCE)
              .followRedirects(true)
              .followSslRedirects(false)
              .retryOnConnectionFailure(true);
      EnvironmentTrust.of(settings).ifPresent(trust -> trust.applyTo(builder));
      made = builder.build();
      client = made;
    }
    return made;
  }

  /**
   * {@return the object that the Hub answers with}
   *
   * @throws LifecycleException when it answers with something else
   */
  Map<?, ?> object(HubAccess access, ModelId id, HttpUrl url) {
    try (Response response = get(access, id, url, _ -> {})) {
      ResponseBody body = response.body();
      if (!body.source().request(MOST_JSON + 1)) {
        try (JsonReader reader = JsonReader.of(body.source())) {
          if (reader.readJsonValue() instanceof Map<?, ?> object) {
            return object;
          }
        }
      }
      throw new IOException("it is no object, or larger than 32 MiB");
    } catch (IOException | JsonDataException e) {
      throw failed(url, "the answer cannot be read: " + e.getMessage(), e);
    }
  }

  /** {@return the status of the answer, whatever it is; nothing is tried again} */
  int status(HubAccess access, HttpUrl url) {
    try (Response response = client().newCall(request(access, url, _ -> {})).execute()) {
      return response.code();
    } catch (IOException e) {
      throw failed(url, HubRefusals.words(e), e);
    }
  }

  /**
   * {@return an answer with success; to be closed}
   *
   * @throws LifecycleException for every other answer, and for none
   */
  Response get(HubAccess access, ModelId id, HttpUrl url, Consumer<Request.Builder> more) {
    Request request = request(access, url, more);
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; ; attempt++) {
      try {
        Response response = client().newCall(request).execute();
        if (response.isSuccessful()) {
          return response;
        }
        try (response) {
          Duration told = HubRefusals.toldToWait(response);
          boolean again =
              PASSING.contains(response.code())
                  && attempt < TRIES
                  && told.compareTo(LONGEST_WAIT) <= 0;
          if (!again) {
            throw new LifecycleException(
                HubRefusals.of(response, id, !access.token().isEmpty(), () -> tokenIsBad(access)));
          }
          wait = told.isZero() ? wait : told;
          log.atInfo()
              .addKeyValue("status", response.code())
              .addKeyValue("wait", wait.toSeconds() + "s")
              .log("the Hub asks to come again");
        }
      } catch (IOException e) {
        throw failed(url, HubRefusals.words(e), e);
      }
      await(wait, url);
      wait = wait.multipliedBy(2);
    }
  }

  private void await(Duration over, HttpUrl url) {
    try {
      waiting.until(over);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(url, "interrupted", e);
    }
  }

  private boolean tokenIsBad(HubAccess access) {
    return status(access, access.at(null, "api/whoami-v2")) == UNAUTHORIZED;
  }

  private static Request request(HubAccess access, HttpUrl url, Consumer<Request.Builder> more) {
    Request.Builder request = new Request.Builder().url(url).header("User-Agent", AGENT);
    if (!access.token().isEmpty()) {
      request.header("Authorization", "Bearer " + access.token());
    }
    more.accept(request);
    return request.build();
  }

  private static LifecycleException failed(HttpUrl url, String problem, Exception cause) {
    return new LifecycleException(
        new NetworkFailed(
            "the Hub at " + url.scheme() + "://" + url.host() + ": " + problem, Evidence.none()),
        cause);
  }
}
