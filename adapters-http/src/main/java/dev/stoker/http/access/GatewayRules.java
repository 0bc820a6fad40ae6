package dev.stoker.http.access;

import java.time.Duration;

/**
 * What a gateway allows its clients.
 *
 * @param longestWait how long a request waits for its server at most; 10 minutes by default
 * @param patience how long one that is not streamed waits, by the time that is measured to be left;
 *     2 minutes by default
 * @param waiting how many requests may wait at once; 1,024 by default
 * @param rate how many requests a client may begin in a minute; 0, the default, for any number
 * @param accessLog whether each request is written down: who, when, which route, how it ended;
 *     never what was asked; off by default
 */
public record GatewayRules(
    Duration longestWait, Duration patience, int waiting, int rate, boolean accessLog) {
  private static final int USUAL_WAITING = 1024;

  /** {@return those that hold where nothing else is said} */
  public static GatewayRules usual() {
    return new GatewayRules(Duration.ofMinutes(10), Duration.ofMinutes(2), USUAL_WAITING, 0, false);
  }
}
