package dev.stoker.infrastructure.http;

import com.squareup.moshi.Moshi;
import dagger.Binds;
import dagger.Module;
import dagger.Provides;
import dev.stoker.application.port.out.EngineMetrics;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.application.port.out.InferenceClient;
import jakarta.inject.Singleton;
import java.net.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;

/** The one HTTP client, and the adapters that use it. */
@Module
public interface HttpModule {
  /** {@return the probe} */
  @Binds
  HealthProbe probe(HttpHealthProbe adapter);

  /** {@return the reader of counters} */
  @Binds
  EngineMetrics metrics(HttpEngineMetrics adapter);

  /** {@return the client of models} */
  @Binds
  InferenceClient inference(HttpInferenceClient adapter);

  /** {@return a client for servers on this machine: no proxy, no redirects, nothing tried twice} */
  @Provides
  @Singleton
  static OkHttpClient client() {
    return new OkHttpClient.Builder()
        .proxy(Proxy.NO_PROXY)
        // Without TLS: servers listen on loopback, and reading certificates takes a while.
        .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
        .followRedirects(false)
        .retryOnConnectionFailure(false)
        // vLLM closes idle connections after 5 s: one kept for the next check would be found dead.
        .connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS))
        .connectTimeout(Duration.ofSeconds(2))
        .build();
  }

  /** {@return JSON} */
  @Provides
  @Singleton
  static Moshi moshi() {
    return new Moshi.Builder().build();
  }
}
