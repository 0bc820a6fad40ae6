package dev.stoker.infrastructure.http;

import dev.stoker.application.port.out.EngineMetrics;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.http.EngineHttp.Answer;
import jakarta.inject.Inject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads {@code /metrics} (vLLM since 0.4.0; without a key). */
final class HttpEngineMetrics implements EngineMetrics {
  private static final int OK = 200;

  private final EngineHttp http;

  @Inject
  HttpEngineMetrics(EngineHttp http) {
    this.http = http;
  }

  @Override
  public @Nullable EngineSample sample(Port port) {
    try {
      Answer answer = http.get(port, "/metrics", HealthProbe.LIMIT);
      return answer.status() == OK ? MetricsText.read(answer.body()) : null;
    } catch (IOException e) {
      // Not there, too busy, or on its way down: what cannot be read tells nothing.
      return null;
    }
  }
}
