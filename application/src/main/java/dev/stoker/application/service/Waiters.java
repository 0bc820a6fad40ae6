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
import org.jspecify.annotations.Nullable;

/** Who waits for what of one service; used by its supervisor's thread alone (D4). */
final class Waiters {
  private final List<CompletableFuture<ServiceStatus>> forReady = new ArrayList<>();
  private final List<CompletableFuture<ServiceStatus>> forDown = new ArrayList<>();

  private static final int FEW = 16;

  private int pruneAt = FEW;

  Waiters() {}

  void awaitReady(CompletableFuture<ServiceStatus> waiter) {
    add(forReady, waiter);
  }

  void awaitDown(CompletableFuture<ServiceStatus> waiter) {
    add(forDown, waiter);
  }

  /** Those who gave up waiting are let go each time the list has doubled: they cost nothing. */
  private void add(
      List<CompletableFuture<ServiceStatus>> waiters, CompletableFuture<ServiceStatus> waiter) {
    if (waiters.size() >= pruneAt) {
      forReady.removeIf(CompletableFuture::isDone);
      forDown.removeIf(CompletableFuture::isDone);
      pruneAt = Math.max(FEW, 2 * Math.max(forReady.size(), forDown.size()));
    }
    waiters.add(waiter);
  }

  /**
   * Releases those whom it concerns.
   *
   * @param unwritten why where it stands could not be written down, null when it is durable: a stop
   *     that a killed Stoker would forget is not acknowledged
   */
  void settle(Settlement settlement, ServiceStatus status, @Nullable Failure unwritten) {
    switch (settlement) {
      case Settlement.Ready _ -> {
        complete(forReady, status);
        fail(forDown, new Cancelled("it was started again"));
      }
      case Settlement.Down _ -> {
        if (unwritten == null) {
          complete(forDown, status);
        } else {
          fail(forDown, unwritten);
        }
        fail(forReady, new Cancelled("it was stopped"));
      }
      case Settlement.Gone _ -> complete(forDown, status);
      case Settlement.Aborted aborted -> fail(forReady, aborted.why());
      case Settlement.Kept kept -> fail(forDown, kept.why());
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
