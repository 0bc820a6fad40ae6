package dev.stoker.application.port.in;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The life of services, the same for every provider (FR-001), in this process or in another.
 *
 * <p>Safe for any thread. What takes time returns a future, which fails with {@code
 * LifecycleException}: {@code UnknownService} where there is no such service. Giving up a future
 * costs nothing and changes nothing. In this process nothing else blocks; where another process is
 * asked, {@link #statuses} and {@link #status} wait for its answer, and every method throws {@code
 * LifecycleException} when there is none.
 */
public interface ServiceOrchestrator {
  /**
   * Makes a service known; it is not started. One of that name that is down becomes what is given
   * here; one that is up stays, and the future fails with {@code ServiceDiffers} where it is meant
   * to be another.
   *
   * @return what is known of it
   */
  CompletableFuture<ServiceStatus> define(ServiceSpec spec);

  /**
   * Stops it by hand, and forgets it.
   *
   * @return what was known of it last
   */
  CompletableFuture<ServiceStatus> remove(ServiceName name);

  /** Starts it by hand; done when it serves (FR-021). Of one that serves already, done at once. */
  CompletableFuture<ServiceStatus> start(ServiceName name);

  /**
   * Makes sure that it serves, starting it where it was never started (FR-015, FR-022); one stopped
   * by hand, or failed, answers with the reason.
   */
  CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name);

  /**
   * Makes sure that it serves this model (FR-005): one that serves another is restarted with it
   * (FR-027), and goes on with it until the file names another. What is stopped by hand, or has
   * failed, answers with the reason.
   */
  CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name, ModelReference model);

  /**
   * Has it serve another model, by hand (FR-027, AC-011): checked and fetched first, while the one
   * before serves; then stopped, started, and done when it serves. When the new one fails, the one
   * before comes back, and the future fails with {@code SwitchFailed}, which says both. What serves
   * the new one goes on with it until the file names another.
   */
  CompletableFuture<ServiceStatus> switchModel(ServiceName name, ModelReference model);

  /**
   * Stops it; done when it is proven that nothing of it is left (NFR-011). Called again it waits no
   * longer and kills.
   */
  CompletableFuture<ServiceStatus> stop(ServiceName name);

  /** Stops it, then starts it; done when it serves again. */
  CompletableFuture<ServiceStatus> restart(ServiceName name);

  /** {@return what is known of every service, by name; in this process nanoseconds, no probe} */
  List<ServiceStatus> statuses();

  /** {@return what is known of it; in this process it costs nanoseconds, and never probes} */
  ServiceStatus status(ServiceName name);

  /**
   * Tells a listener what happens to any service from now on, each service's in order; it must not
   * block.
   *
   * @return ends the telling when it is closed
   */
  Subscription listen(Consumer<ServiceNotice> listener);

  /** A listener that is told. */
  interface Subscription extends AutoCloseable {
    /** Tells it nothing more; of one closed already, nothing. */
    @Override
    void close();
  }
}
