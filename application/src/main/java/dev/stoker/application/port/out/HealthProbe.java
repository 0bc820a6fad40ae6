package dev.stoker.application.port.out;

import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks a server how it is, over loopback. */
public interface HealthProbe {
  /** How long a check may take (FR-019). */
  Duration LIMIT = Duration.ofSeconds(5);

  /** {@return whether a connection is accepted; at once} */
  boolean accepts(Port port);

  /**
   * Asks {@code /health}, then {@code /v1/models} for the name (FR-016); gives up after 5 s
   * (FR-019). Blocks.
   *
   * @param servedName what must be listed (FR-018)
   */
  HealthCheckResult check(Port port, String servedName);

  /**
   * Has one minimal request answered, of a task that the server supports: one token, or one
   * embedding. The first may take long: some versions compile then.
   *
   * <p>Does not block; what it is completed with tells how it went, it never fails. Cancelled, it
   * hangs up.
   *
   * @param patience how long to wait for it
   */
  CompletableFuture<HealthCheckResult> answersOne(Port port, String servedName, Duration patience);
}
