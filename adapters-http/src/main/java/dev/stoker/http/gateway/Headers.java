package dev.stoker.http.gateway;

import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Which headers go through. */
final class Headers {
  static final String REQUEST_ID = "X-Request-Id";
  private static final int LONGEST_ID = 128;
  private static final char DELETE = 127;

  /** Between two ends of one connection only (RFC 9110, 7.6.1). */
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /**
   * A client's secrets are not the server's business, nor is which page asks: that was decided
   * here. The rest is set anew.
   */
  private static final Set<String> OURS =
      Set.of("authorization", "x-api-key", "cookie", "host", "origin", "content-length", "expect");

  private static final String ABOUT_PAGES = "access-control-";

  private static final Set<String> OF_THE_SERVER = Set.of("server", "date", "set-cookie");

  private Headers() {}

  /** Copies what a server should see of a request. */
  static void toServer(MultiMap from, MultiMap to) {
    Set<String> named = namedByConnection(from);
    for (Map.Entry<String, String> each : from) {
      String name = each.getKey().toLowerCase(Locale.ROOT);
      if (!OF_ONE_CONNECTION.contains(name) && !OURS.contains(name) && !named.contains(name)) {
        to.add(name, each.getValue());
      }
    }
  }

  /** Copies what a client should see of an answer. */
  static void toClient(MultiMap from, MultiMap to) {
    Set<String> named = namedByConnection(from);
    for (Map.Entry<String, String> each : from) {
      String name = each.getKey().toLowerCase(Locale.ROOT);
      if (!OF_ONE_CONNECTION.contains(name)
          && !OF_THE_SERVER.contains(name)
          && !name.startsWith(ABOUT_PAGES)
          && !named.contains(name)) {
        to.add(name, each.getValue());
      }
    }
  }

  private static Set<String> namedByConnection(MultiMap headers) {
    String names = headers.get("Connection");
    if (names == null || OF_ONE_CONNECTION.contains(names) || names.equals("close")) {
      return Set.of();
    }
    return new HashSet<>(List.of(names.toLowerCase(Locale.ROOT).split("[, ]+", -1)));
  }

  /** {@return a new id of a request: it tells requests apart, and is no secret} */
  static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** {@return whether an id of a client can be handed on: short, and nothing but visible ASCII} */
  static boolean isId(String text) {
    return !text.isEmpty() && text.length() <= LONGEST_ID && isVisibleAscii(text);
  }

  /** {@return whether it is nothing but visible ASCII, without blanks} */
  static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= DELETE) {
        return false;
      }
    }
    return true;
  }
}
