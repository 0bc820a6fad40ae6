package dev.stoker.http.gateway;

import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.access.OwnHost;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may ask. Without keys: programs of this machine, under its own name. With keys, or beyond the
 * loopback: whoever shows one. Pages of browsers: those of the origins that are named.
 */
final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final String SCHEME = "Bearer ";
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final String LOCAL = "";
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final GatewayAddress address;
  private final ClientKeys keys;
  private final @Nullable RateLimit rate;
  private final Consumer<String> say;
  private final AtomicReference<String> told = new AtomicReference<>("");

  /**
   * Of one gateway.
   *
   * @param rate null for any number of requests
   * @param say where whoever runs it reads what is wrong
   */
  Admission(
      GatewayAddress address, ClientKeys keys, @Nullable RateLimit rate, Consumer<String> say) {
    this.address = address;
    this.keys = keys;
    this.rate = rate;
    this.say = say;
  }

  /**
   * Who asks.
   *
   * @param client the name of its key, else its address
   * @param hasKey whether it is known by a key
   * @param refused why it is not let in; null where it is
   */
  record Guest(String client, boolean hasKey, @Nullable OpenAiError refused) {}

  /** {@return why it has to wait before it asks a model again; null where it need not, and asks} */
  @Nullable OpenAiError tooSoon(Guest guest) {
    // Whoever needs no key is of this machine, where a program may have many addresses.
    Duration later = rate == null ? null : rate.ask(guest.hasKey() ? guest.client() : LOCAL);
    return later == null ? null : OpenAiError.tooMany(later);
  }

  /** {@return who it is, and whether it may ask} */
  Guest look(HttpServerRequest request) {
    OpenAiError stranger = ofPage(request);
    String machine = String.valueOf(request.remoteAddress().hostAddress());
    if (stranger != null) {
      return new Guest(machine, false, stranger);
    }
    try {
      if (!keys.areAny() && address.isLoopback()) {
        return new Guest(machine, false, ofStranger(request));
      }
      Optional<String> owner = keys.owner(secretIn(request));
      return owner.isPresent()
          ? new Guest(owner.get(), true, null)
          : new Guest(machine, false, isPreflight(request) ? null : withoutKey(request));
    } catch (LifecycleException e) {
      // Who cannot be known is not let in, nor told where the keys are.
      tell(String.valueOf(e.getMessage()));
      return new Guest(
          machine,
          false,
          OpenAiError.later(
              "keys_unreadable",
              "the keys of this address cannot be read; whoever runs it is told why",
              AGAIN));
    }
  }

  private @Nullable OpenAiError ofPage(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    if (origin != null && !address.origins().contains(origin)) {
      return OpenAiError.ofRequest(
          FORBIDDEN, "origin_not_allowed", "pages of a browser may not call this address");
    }
    if (origin != null) {
      request
          .response()
          .putHeader("Access-Control-Allow-Origin", origin)
          .putHeader("Vary", "Origin");
    }
    return null;
  }

  /** Once for each problem, not for each request. */
  private void tell(String problem) {
    if (!problem.equals(told.getAndSet(problem))) {
      log.atError().addKeyValue("problem", problem).log("the keys of clients cannot be read");
      say.accept("gateway: nobody is let in: the keys of clients cannot be read: " + problem);
    }
  }

  private static @Nullable OpenAiError ofStranger(HttpServerRequest request) {
    return request.authority() == null || !OwnHost.isNamedIn(request.authority().toString())
        ? OpenAiError.ofRequest(
            FORBIDDEN,
            "host_not_allowed",
            "the Host header does not name this machine's own loopback")
        : null;
  }

  private static OpenAiError withoutKey(HttpServerRequest request) {
    request.response().putHeader("WWW-Authenticate", "Bearer");
    return OpenAiError.ofRequest(
        UNAUTHORIZED,
        "invalid_api_key",
        "this address asks for a key: 'Authorization: Bearer KEY'; whoever runs it makes one with"
            + " 'stoker keys add NAME'");
  }

  private static String secretIn(HttpServerRequest request) {
    String given = request.getHeader("Authorization");
    if (given != null && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return given.substring(SCHEME.length()).strip();
    }
    String other = request.getHeader("x-api-key");
    return other == null ? "" : other;
  }

  /** {@return whether a browser only asks whether its page may ask} */
  static boolean isPreflight(HttpServerRequest request) {
    return request.method().equals(HttpMethod.OPTIONS)
        && request.getHeader("Origin") != null
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  /** {@return the status of the answer, which is given: its origin was let in} */
  static int allow(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.putHeader("Access-Control-Allow-Methods", "GET, POST");
    String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null && headers.matches("[A-Za-z0-9-]+( *, *[A-Za-z0-9-]+)*")) {
      response.putHeader("Access-Control-Allow-Headers", headers);
    }
    response.putHeader("Access-Control-Max-Age", "600");
    var _ = response.setStatusCode(NO_CONTENT).end();
    return NO_CONTENT;
  }
}
