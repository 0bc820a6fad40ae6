package dev.stoker.infrastructure.http;

import dev.stoker.application.port.out.EngineMetrics;
import dev.stoker.application.port.out.HealthProbe;
import dev.stoker.domain.health.EngineSample;
import dev.stoker.domain.unit.Port;
import dev.stoker.infrastructure.http.EngineHttp.Answer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code /metrics} (vLLM since 0.4.0; without a key). */
final class HttpEngineMetrics implements EngineMetrics {
  private static final int OK = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Pattern YES =
      Pattern.compile("\"is_(?:sleeping|paused)\"\\s{0,9}:\\s{0,9}true");

  private final EngineHttp http;

  @Inject
  HttpEngineMetrics(EngineHttp http) {
    this.http = http;
  }

  @Override
  public boolean isPaused(Port port) {
    return says(port, "/is_sleeping") || says(port, "/is_paused");
  }

  /** Where there is no such endpoint nobody could put it to sleep: 404. */
  private boolean says(Port port, String path) {
    try {
      Answer answer = http.get(port, path, PATIENCE);
      return answer.status() == OK && YES.matcher(answer.body()).find();
    } catch (IOException e) {
      return false;
    }
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
