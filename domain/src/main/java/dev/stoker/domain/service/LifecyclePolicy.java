package dev.stoker.domain.service;

import dev.stoker.domain.restart.RestartPolicy;
import java.time.Duration;

/**
 * What the machine needs to know of a service's options; it may change while the service runs.
 *
 * @param mode who owns the process
 * @param drain how long requests may take to finish before a planned end; zero for not at all
 * @param stopGrace how long after SIGTERM until SIGKILL
 * @param healthCheckInterval how long between health checks
 * @param restarts how often it may be restarted
 */
public record LifecyclePolicy(
    LifecycleMode mode,
    Duration drain,
    Duration stopGrace,
    Duration healthCheckInterval,
    RestartPolicy restarts) {
  /** Failed checks in a row that lead to a restart (AC-016). */
  public static final int FAILED_CHECKS = 3;

  /** A loading vLLM swallows the first SIGTERM; the second comes after this (vLLM 0.32, seen). */
  public static final Duration SECOND_TERM = Duration.ofSeconds(1);
}
