package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.VllmLifecycleOptions;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.DemoModel;
import dev.stoker.domain.service.ServiceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A Stoker in a world of virtual time, asked in its process or over its control API. */
public abstract class ServicesFixture {
  protected static final ServiceName NAME = new ServiceName("demo");
  private static final int MOST_STEPS = 20_000;

  /** The world of the Stoker that is asked. */
  protected final FakeWorld world = new FakeWorld();

  protected ServicesFixture() {}

  /** {@return the use cases of the Stoker in that world, as a caller gets them} */
  protected abstract RunningServices services();

  /** {@return the Stoker itself} */
  protected abstract UseCases owner();

  protected ServiceOrchestrator orchestrator() {
    return services().orchestrator();
  }

  protected static ServiceSpec spec(ModelReference model, Map<String, String> options) {
    return new ServiceSpec(
        NAME, "vllm", model, null, List.of("--seed", "1"), VllmLifecycleOptions.from(options));
  }

  protected static ServiceSpec spec() {
    return spec(new DemoModel(Path.of("/data/demo")), Map.of());
  }

  /** Lets the world go on until it is done; a call over the network comes in between. */
  protected <T> T await(CompletableFuture<T> future) {
    awaitThat(future::isDone);
    return future.join();
  }

  protected void awaitThat(BooleanSupplier condition) {
    for (int i = 0; i < MOST_STEPS && !condition.getAsBoolean(); i++) {
      world.advance(Duration.ofMillis(100));
      giveWay();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  /** Lets another thread come in, for a millisecond at most. */
  private static void giveWay() {
    try {
      new CompletableFuture<Void>().get(1, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // That was the point.
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@return why it failed} */
  protected Failure failureOf(CompletableFuture<?> future) {
    awaitThat(future::isDone);
    try {
      future.join();
    } catch (CompletionException e) {
      return ((LifecycleException) e.getCause()).failure();
    }
    throw new AssertionError("it did not fail");
  }

  /** Makes a service known that is not started. */
  protected void define() {
    await(orchestrator().define(spec()));
  }
}
