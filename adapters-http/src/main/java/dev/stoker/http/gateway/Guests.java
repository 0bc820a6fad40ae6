package dev.stoker.http.gateway;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The connections of clients: not too many, not too many from one other machine, and none that is
 * of no use to anybody.
 */
final class Guests {
  private static final int MOST = 4096;
  private static final int MOST_OF_ONE = MOST / 4;

  private final Duration silence;
  private final Duration idle;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<String, Integer> ofOthers = new ConcurrentHashMap<>();

  /**
   * None yet.
   *
   * @param silence how long one may be before its first request has come
   * @param idle how long between two of them
   */
  Guests(Duration silence, Duration idle) {
    this.silence = silence;
    this.idle = idle;
  }

  /** {@return how many there are} */
  int count() {
    return all.get();
  }

  /** {@return those of one event loop, for this alone} */
  OfOneLoop ofOneLoop() {
    return new OfOneLoop();
  }

  private boolean isOneTooMany(String address) {
    return !address.isEmpty() && ofOthers.merge(address, 1, Integer::sum) > MOST_OF_ONE;
  }

  private void left(String address) {
    all.decrementAndGet();
    if (!address.isEmpty()) {
      ofOthers.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /** {@return where it comes from; empty for a program of this machine} */
  private static String addressOf(HttpConnection connection) {
    SocketAddress remote = connection.remoteAddress();
    String address = remote == null ? null : remote.hostAddress();
    return address == null || InetAddress.ofLiteral(address).isLoopbackAddress() ? "" : address;
  }

  /** Those whose events one loop handles. */
  final class OfOneLoop {
    private final Map<HttpConnection, Visit> visits = new HashMap<>();

    private OfOneLoop() {}

    /** Lets it in, or closes it. */
    void admit(HttpConnection connection) {
      String address = addressOf(connection);
      connection.closeHandler(
          _ -> {
            visits.remove(connection);
            left(address);
          });
      boolean isTooMany = all.incrementAndGet() > MOST;
      if (isOneTooMany(address) || isTooMany) {
        var _ = connection.close();
      } else {
        visits.put(connection, new Visit());
      }
    }

    /** A request begins or ends. */
    void seen(HttpConnection connection) {
      Visit visit = visits.get(connection);
      if (visit != null) {
        visit.hasAsked = true;
        visit.seenNanos = System.nanoTime();
      }
    }

    /** Closes those that nothing is done for, and that have not said anything for long. */
    void sweep(Set<Exchange> open) {
      Set<HttpConnection> busy =
          open.stream().map(Exchange::connection).collect(Collectors.toSet());
      long now = System.nanoTime();
      List<HttpConnection> useless =
          visits.entrySet().stream()
              .filter(each -> !busy.contains(each.getKey()))
              .filter(each -> each.getValue().isOver(now, silence, idle))
              .map(Map.Entry::getKey)
              .toList();
      useless.forEach(HttpConnection::close);
    }
  }

  /** One connection. */
  private static final class Visit {
    private long seenNanos = System.nanoTime();
    private boolean hasAsked;

    boolean isOver(long now, Duration silence, Duration idle) {
      return now - seenNanos > (hasAsked ? idle : silence).toNanos();
    }
  }
}
