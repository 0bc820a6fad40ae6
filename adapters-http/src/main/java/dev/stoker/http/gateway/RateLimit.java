package dev.stoker.http.gateway;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many requests a client may begin in a minute, all of them at once where it likes. Counted by
 * the theoretical arrival time of the next one (GCRA): one number for each client. For any thread.
 */
final class RateLimit {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  /** Who comes with another name each time fills no memory: all names after that share one. */
  private static final int MOST_CLIENTS = 10_000;

  private static final String OTHERS = "";

  private final long between;
  private final LongSupplier nanos;
  private final ConcurrentHashMap<String, AtomicLong> clients = new ConcurrentHashMap<>();

  /**
   * With no request seen yet.
   *
   * @param perMinute at least 1
   * @param nanos a clock
   */
  RateLimit(int perMinute, LongSupplier nanos) {
    this.between = MINUTE / perMinute;
    this.nanos = nanos;
  }

  /** {@return when it may be asked again; null where it may be now, which counts} */
  @Nullable Duration ask(String client) {
    long now = nanos.getAsLong();
    AtomicLong next = next(client, now);
    while (true) {
      long before = next.get();
      long after = Math.max(before, now) + between;
      if (after - now > MINUTE) {
        return Duration.ofNanos(after - now - MINUTE);
      }
      if (next.compareAndSet(before, after)) {
        return null;
      }
    }
  }

  private AtomicLong next(String client, long now) {
    AtomicLong known = clients.get(client);
    if (known != null) {
      return known;
    }
    if (clients.size() >= MOST_CLIENTS) {
      // Who has all its minute left is as one that was never seen.
      clients.values().removeIf(each -> each.get() < now);
    }
    String name = clients.size() >= MOST_CLIENTS ? OTHERS : client;
    return clients.computeIfAbsent(name, _ -> new AtomicLong(now));
  }
}
