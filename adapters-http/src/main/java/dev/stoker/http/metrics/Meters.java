package dev.stoker.http.metrics;

import dev.stoker.application.port.in.OwnUse;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is measured of a Stoker, and the page that shows it; names follow the conventions
 * of Prometheus. What is counted is counted from the beginning of this process.
 */
public final class Meters implements AutoCloseable {
  private static final String PLAIN = "text/plain";
  private static final String OPEN_METRICS = "application/openmetrics-text";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final GatewayMeters gateway;
  private final Subscription subscription;

  private Meters(RunningServices services, OwnUse own) {
    this.gateway = new GatewayMeters(registry);
    LifecycleMeters lifecycle = new LifecycleMeters(registry, services.orchestrator());
    StandingGauges.register(registry, services.orchestrator());
    GpuGauges.register(registry, services.gpus());
    ProcessGauges.register(registry, own);
    this.subscription = services.orchestrator().listen(lifecycle::told);
  }

  /** {@return the meters of a Stoker, which count from now on} */
  public static Meters begin(RunningServices services, OwnUse own) {
    return new Meters(services, own);
  }

  /** {@return those of its gateway} */
  public GatewayMeters gateway() {
    return gateway;
  }

  /**
   * A page.
   *
   * @param type its content type
   * @param text the page
   */
  public record Page(String type, String text) {}

  /**
   * {@return everything, as it is now} Blocks shortly: GPUs may have to be asked.
   *
   * @param accept which forms the reader takes; OpenMetrics, unless it takes plain text alone
   */
  public Page page(@Nullable String accept) {
    boolean plain = accept != null && accept.contains(PLAIN) && !accept.contains(OPEN_METRICS);
    ExpositionFormatWriter writer =
        plain
            ? PrometheusTextFormatWriter.create()
            : OpenMetricsTextFormatWriter.builder()
                .setCreatedTimestampsEnabled(false)
                .setExemplarsOnAllMetricTypesEnabled(false)
                .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(writer.getContentType(), out.toString(StandardCharsets.UTF_8));
  }

  /** Counts nothing more. */
  @Override
  public void close() {
    subscription.close();
  }
}
