package dev.stoker.application.port.in;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.service.ServiceName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The life of services, the same for every provider (FR-001).
 *
 * <p>Safe for any thread. Nothing blocks: what takes time returns a future, which fails with {@code
 * LifecycleException}. Giving up a future costs nothing and changes nothing.
 */
public interface ServiceOrchestrator {
  /**
   * Makes a service known; it is not started. A service of that name that is known already is left
   * as it is.
   */
  void define(ServiceSpec spec);

  /** {@return the services that are known, by name} */
  List<ServiceName> services();

  /**
   * Starts it by hand; done when it serves (FR-021). Of one that serves already, done at once.
   *
   * @throws IllegalArgumentException when the service is not known
   */
  CompletableFuture<ServiceStatus> start(ServiceName name);

  /**
   * Makes sure that it serves, starting it where it was never started (FR-015, FR-022); one stopped
   * by hand, or failed, answers with the reason.
   *
   * @throws IllegalArgumentException when the service is not known
   */
  CompletableFuture<ServiceStatus> ensureHealthy(ServiceName name);

  /**
   * Stops it; done when it is proven that nothing of it is left (NFR-011). Called again it waits no
   * longer and kills.
   *
   * @throws IllegalArgumentException when the service is not known
   */
  CompletableFuture<ServiceStatus> stop(ServiceName name);

  /**
   * Stops it, then starts it; done when it serves again.
   *
   * @throws IllegalArgumentException when the service is not known
   */
  CompletableFuture<ServiceStatus> restart(ServiceName name);

  /**
   * {@return what is known of it; costs nanoseconds, never probes}
   *
   * @throws IllegalArgumentException when the service is not known
   */
  ServiceStatus status(ServiceName name);

  /**
   * Tells a listener what happens from now on, in order, on the service's own thread: it must not
   * block.
   *
   * @throws IllegalArgumentException when the service is not known
   */
  void listen(ServiceName name, Consumer<ServiceNotice> listener);
}
