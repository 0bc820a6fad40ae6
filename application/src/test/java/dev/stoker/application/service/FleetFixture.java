package dev.stoker.application.service;

import dev.stoker.application.Application;
import dev.stoker.application.ServiceChange.Kind;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.UseCases;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.Standing.Want;
import dev.stoker.testing.FakeWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A Stoker with the services of a file, in a world on virtual time. */
abstract class FleetFixture {
  static final ServiceName A = new ServiceName("a");
  static final ServiceName B = new ServiceName("b");
  final FakeWorld world = new FakeWorld();
  UseCases stoker = Application.wire(world);

  void write(String... keysAndValues) {
    world.written().clear();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      world.written().write(keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  void load(String... keysAndValues) {
    write(keysAndValues);
    stoker.configuredServices().load(null);
    world.advance(Duration.ofSeconds(25));
  }

  List<Kind> reload(String... keysAndValues) {
    write(keysAndValues);
    List<Kind> kinds = new ArrayList<>();
    // The supervisors' work is done on this thread, by the world.
    CompletableFuture<Void> reload =
        CompletableFuture.runAsync(
            () -> stoker.reload().reload().changes().forEach(change -> kinds.add(change.kind())));
    while (!reload.isDone()) {
      world.advance(Duration.ZERO);
      Thread.onSpinWait();
    }
    reload.join();
    world.advance(Duration.ofSeconds(60));
    return kinds;
  }

  ServiceStatus status(ServiceName name) {
    return stoker.orchestrator().status(name);
  }

  static ErrorCode codeOf(CompletableFuture<?> future) {
    try {
      future.getNow(null);
      throw new AssertionError("it did not fail: " + future);
    } catch (CompletionException e) {
      return ((LifecycleException) e.getCause()).failure().code();
    }
  }

  Want wantOf(ServiceName name) {
    return world.store().standing(name).orElseThrow().want();
  }

  static final String[] EAGER_A = {
    "services.a.model", "org/a", "services.a.lifecycle.start", "eager"
  };

  /** Applies a file, and lets what follows go on for this long only. */
  void reloadFor(Duration after, String... keysAndValues) {
    write(keysAndValues);
    CompletableFuture<?> reload = CompletableFuture.runAsync(() -> stoker.reload().reload());
    while (!reload.isDone()) {
      world.advance(Duration.ZERO);
      Thread.onSpinWait();
    }
    reload.join();
    world.advance(after);
  }
}
