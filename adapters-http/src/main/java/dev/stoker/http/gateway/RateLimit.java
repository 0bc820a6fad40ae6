package dev.stoker.http.gateway;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often a client may ask: a minute's requests at once where it likes, then one after the other
 * at that rate. Counted by the theoretical arrival time of the next one (GCRA), one number for each
 * client; of those there are as many as there are keys. For any thread.
 */
final class RateLimit {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

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
    AtomicLong next = clients.computeIfAbsent(client, _ -> new AtomicLong(now));
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
}
