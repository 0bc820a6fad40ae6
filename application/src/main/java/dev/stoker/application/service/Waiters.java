package dev.stoker.application.service;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.failure.ServerFailure.SurvivorsLeft;
import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.service.Effect.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who waits for what of one service; used by its supervisor's thread alone (D4). */
final class Waiters {
  private final List<CompletableFuture<ServiceStatus>> forReady = new ArrayList<>();
  private final List<CompletableFuture<ServiceStatus>> forDown = new ArrayList<>();

  Waiters() {}

  void awaitReady(CompletableFuture<ServiceStatus> waiter) {
    forReady.add(waiter);
  }

  void awaitDown(CompletableFuture<ServiceStatus> waiter) {
    forDown.add(waiter);
  }

  void settle(Settlement settlement, ServiceStatus status) {
    switch (settlement) {
      case Settlement.Ready _ -> {
        complete(forReady, status);
        fail(forDown, new Cancelled("it was started again"));
      }
      case Settlement.Down _ -> {
        complete(forDown, status);
        fail(forReady, new Cancelled("it was stopped"));
      }
      case Settlement.Gone _ -> complete(forDown, status);
      case Settlement.Aborted aborted -> fail(forReady, aborted.why());
      case Settlement.Unable unable -> {
        fail(forReady, unable.why());
        if (unable.why() instanceof SurvivorsLeft || unable.why() instanceof NotPermitted) {
          fail(forDown, unable.why());
        } else {
          complete(forDown, status);
        }
      }
    }
  }

  private static void complete(
      List<CompletableFuture<ServiceStatus>> waiters, ServiceStatus status) {
    waiters.forEach(waiter -> waiter.complete(status));
    waiters.clear();
  }

  private static void fail(List<CompletableFuture<ServiceStatus>> waiters, Failure why) {
    waiters.forEach(waiter -> waiter.completeExceptionally(new LifecycleException(why)));
    waiters.clear();
  }
}
