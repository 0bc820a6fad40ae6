package dev.stoker.application.service;

import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.out.DrivenPorts;
import dev.stoker.domain.service.ServiceEvent;
import dev.stoker.domain.service.ServiceName;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that nobody asks a server anything any more, neither through the gateway nor past it.
 * Until it is closed.
 */
final class IdleWatch {
  private static final Duration LONGEST_BETWEEN = Duration.ofSeconds(10);
  private static final Duration SHORTEST_BETWEEN = Duration.ofMillis(100);

  /** So many looks within the time until it is stopped. */
  private static final int LOOKS = 8;

  private final long epoch;
  private final ServiceName name;
  private final Supplier<VllmLifecycleOptions> options;
  private final TrafficLedger traffic;
  private final Supplier<Duration> askedPastUs;
  private final DrivenPorts ports;
  private final Consumer<ServiceEvent> post;
  private volatile boolean closed;
  private long seen;
  private Duration since;

  /**
   * Makes one.
   *
   * @param askedPastUs when the server was last seen to work for others than the gateway
   */
  IdleWatch(
      long epoch,
      ServiceName name,
      Supplier<VllmLifecycleOptions> options,
      TrafficLedger traffic,
      Supplier<Duration> askedPastUs,
      DrivenPorts ports,
      Consumer<ServiceEvent> post) {
    this.epoch = epoch;
    this.name = name;
    this.options = options;
    this.traffic = traffic;
    this.askedPastUs = askedPastUs;
    this.ports = ports;
    this.post = post;
    this.seen = traffic.begun(name);
    this.since = ports.uptime().now();
  }

  void begin() {
    Duration timeout = timeout();
    Duration between = timeout == null ? LONGEST_BETWEEN : timeout.dividedBy(LOOKS);
    between = between.compareTo(LONGEST_BETWEEN) > 0 ? LONGEST_BETWEEN : between;
    ports
        .scheduler()
        .schedule(
            "idle-" + name,
            between.compareTo(SHORTEST_BETWEEN) < 0 ? SHORTEST_BETWEEN : between,
            this::look);
  }

  void close() {
    closed = true;
  }

  /** {@return after how long it is stopped; null for never; it may be changed while it runs} */
  private @Nullable Duration timeout() {
    VllmLifecycleOptions now = options.get();
    return now.keepAlive() ? null : now.idleTimeout();
  }

  private void look() {
    if (closed) {
      return;
    }
    Duration now = ports.uptime().now();
    long begun = traffic.begun(name);
    if (begun != seen || traffic.open(name) > 0) {
      seen = begun;
      since = now;
    }
    Duration past = askedPastUs.get();
    since = past.compareTo(since) > 0 ? past : since;
    Duration timeout = timeout();
    if (timeout != null && now.minus(since).compareTo(timeout) >= 0) {
      post.accept(new ServiceEvent.Idle(epoch));
    }
    begin();
  }
}
