package dev.stoker.http.metrics;

import dev.stoker.domain.service.ServiceName;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What passes the gateway. Safe for any thread; nothing blocks. */
public final class GatewayMeters {
  private static final String SERVICE = "service";
  private static final String ROUTE = "route";
  private static final String NONE = "";

  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600
  };

  private volatile LongSupplier waiting = () -> 0;
  private volatile LongSupplier kept = () -> 0;
  private volatile LongSupplier connected = () -> 0;
  private final Counter requests;
  private final Histogram firstByte;
  private final Histogram whole;
  private final Histogram waits;
  private final Counter replays;
  private final Gauge open;

  GatewayMeters(PrometheusRegistry registry) {
    gauge(
        registry,
        "stoker_gateway_waiting_requests",
        "Requests that wait for a server.",
        () -> waiting.getAsLong());
    gauge(
        registry,
        "stoker_gateway_kept_bytes",
        "Bytes of requests without an answer.",
        () -> kept.getAsLong());
    gauge(
        registry,
        "stoker_gateway_connections",
        "Connections of clients.",
        () -> connected.getAsLong());
    this.requests =
        Counter.builder()
            .name("stoker_gateway_requests_total")
            .help(
                "Requests answered, by the status that the client got; 499 where it hung up"
                    + " before.")
            .labelNames(SERVICE, ROUTE, "code")
            .register(registry);
    this.firstByte =
        Histogram.builder()
            .name("stoker_gateway_first_byte_seconds")
            .help("From the request's head to the first byte of its answer, waiting included.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames(SERVICE, ROUTE)
            .register(registry);
    this.whole =
        Histogram.builder()
            .name("stoker_gateway_request_seconds")
            .help("From the request's head to the end of its answer.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames(SERVICE, ROUTE)
            .register(registry);
    this.waits =
        Histogram.builder()
            .name("stoker_gateway_wait_seconds")
            .help("How long requests waited for a server that was not ready.")
            .unit(Unit.SECONDS)
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames(SERVICE)
            .register(registry);
    this.replays =
        Counter.builder()
            .name("stoker_gateway_replays_total")
            .help("Requests sent again because their server ended before it answered.")
            .labelNames(SERVICE)
            .register(registry);
    this.open =
        Gauge.builder()
            .name("stoker_gateway_open_requests")
            .help("Requests that have begun and are not answered to the end.")
            .register(registry);
  }

  /**
   * Shows what is known elsewhere, from now on.
   *
   * @param nowWaiting how many requests wait
   * @param nowKept how many bytes of requests are kept
   * @param nowConnected how many clients are connected
   */
  public void watch(LongSupplier nowWaiting, LongSupplier nowKept, LongSupplier nowConnected) {
    waiting = nowWaiting;
    kept = nowKept;
    connected = nowConnected;
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  /** A request begins. */
  public Timing begin(String route) {
    open.inc();
    return new Timing(route);
  }

  /** The times of one request; for one thread. */
  public final class Timing {
    private final String route;
    private final long began = System.nanoTime();
    private String service = NONE;
    private long waitingSince;
    private boolean answered;
    private boolean over;

    private Timing(String route) {
      this.route = route;
    }

    /** It is for this service. */
    public void isFor(ServiceName name) {
      service = name.value();
    }

    /** It waits for a server. */
    public void waits() {
      waitingSince = waitingSince == 0 ? System.nanoTime() : waitingSince;
    }

    /** It waits no longer. */
    public void waited() {
      if (waitingSince != 0) {
        waits.labelValues(service).observe(secondsSince(waitingSince));
        waitingSince = 0;
      }
    }

    /** It is sent again. */
    public void replayed() {
      replays.labelValues(service).inc();
    }

    /** The client gets its first byte. */
    public void answered() {
      if (!answered) {
        answered = true;
        firstByte.labelValues(service, route).observe(secondsSince(began));
      }
    }

    /** {@return the service it is for; empty for none} */
    public String service() {
      return service;
    }

    /** {@return how many seconds ago its head came} */
    public double seconds() {
      return secondsSince(began);
    }

    /** It is over; a second time does nothing. */
    public void over(int status) {
      if (!over) {
        over = true;
        waited();
        open.dec();
        requests.labelValues(service, route, Integer.toString(status)).inc();
        whole.labelValues(service, route).observe(secondsSince(began));
      }
    }
  }

  private static double secondsSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toNanos() / 1e9;
  }
}
