package dev.stoker.http.control;

import dev.stoker.domain.failure.ControlFailure.RequestRefused;
import dev.stoker.http.access.OwnHost;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who may call: whoever shows the token, and calls this machine by its own name. */
final class Guard {
  private static final int UNAUTHORIZED = 401;
  private static final String SCHEME = "Bearer ";
  private static final int FORBIDDEN = 403;

  private final byte[] token;

  Guard(String token) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * {@return why the call is refused, or null when it is not}
   *
   * @param open whether it needs no token
   */
  @Nullable RequestRefused check(HttpServerRequest request, boolean open) {
    String host = request.getHeader("Host");
    if (!OwnHost.isNamedIn(host)) {
      return new RequestRefused(
          "the Host header " + host + " is not this machine's own loopback name",
          FORBIDDEN,
          "call http://127.0.0.1 or http://localhost");
    }
    if (open) {
      return null;
    }
    String given = request.getHeader("Authorization");
    String shown =
        given != null && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
            ? given.substring(SCHEME.length())
            : "";
    if (!MessageDigest.isEqual(token, shown.getBytes(StandardCharsets.UTF_8))) {
      return new RequestRefused(
          "the token is missing or wrong",
          UNAUTHORIZED,
          "send 'Authorization: Bearer TOKEN' with what stands in control.token of the state"
              + " folder");
    }
    return null;
  }
}
