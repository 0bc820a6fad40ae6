package dev.stoker.http.gateway;

import dev.stoker.http.access.GatewayRules;
import java.time.Duration;

/**
 * What a gateway takes upon itself.
 *
 * @param waitingRequests how many may wait for servers at once
 * @param keptBytes how many bytes of requests without an answer may be kept in memory at once
 * @param keptBody up to which size a request is kept, so that it can wait and be sent again
 * @param largestBody up to which size a request is taken, and its model looked for
 * @param longestWait how long a request waits for its server at most
 * @param patience how long one that is not streamed waits, by the time that is measured to be left
 * @param betweenComments how often a stream that waits is told so
 * @param silence how long a client may say nothing before its first request, or in the middle of
 *     one
 * @param idle how long a connection is kept without a request
 */
record GatewayLimits(
    int waitingRequests,
    long keptBytes,
    long keptBody,
    long largestBody,
    Duration longestWait,
    Duration patience,
    Duration betweenComments,
    Duration silence,
    Duration idle) {
  private static final long MIB = 1024 * 1024;

  /** {@return those of a daemon that allows so much} */
  static GatewayLimits of(GatewayRules rules) {
    return new GatewayLimits(
        rules.waiting(),
        Runtime.getRuntime().maxMemory() / 2,
        4 * MIB,
        64 * MIB,
        rules.longestWait(),
        rules.patience(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5));
  }
}
