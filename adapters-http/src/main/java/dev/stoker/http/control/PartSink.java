package dev.stoker.http.control;

import java.util.Map;

/** Whoever reads an answer that comes in parts. For any thread that may block. */
interface PartSink {
  /**
   * Hands on a part; blocks while the caller does not read.
   *
   * @throws dev.stoker.domain.failure.LifecycleException when the caller has gone
   */
  void part(Map<String, Object> members);

  /** {@return whether the caller has hung up} Known also while there is nothing to hand on. */
  boolean isGone();
}
