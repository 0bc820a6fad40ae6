package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.ServiceStatus;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.NotPermitted;
import dev.stoker.domain.service.Effect.Settlement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who waits is released by what concerns it, and by nothing else. */
class WaitersTest extends RecoveryFixture {
  private final Waiters waiters = new Waiters();
  private final CompletableFuture<ServiceStatus> ready = new CompletableFuture<>();
  private final CompletableFuture<ServiceStatus> down = new CompletableFuture<>();

  private void settle(Settlement settlement) {
    load();
    waiters.awaitReady(ready);
    waiters.awaitDown(down);
    waiters.settle(settlement, status(), null);
  }

  @Test
  @Tag("FR-003")
  void whatIsHandedOverIsNotSaidToBeDown() {
    settle(new Settlement.Kept(new NotPermitted("stop", "monitored")));

    assertThat(ready).isNotDone();
    assertThat(down.exceptionNow())
        .isInstanceOf(LifecycleException.class)
        .hasMessageContaining("monitored");
  }

  @Test
  void whatIsGoneForNowIsStillWaitedForByWhoWantsItReady() {
    settle(new Settlement.Gone());

    assertThat(ready).isNotDone();
    assertThat(down).isCompleted();
  }

  @Test
  void whatWillNotBecomeReadyIsStillWaitedForByWhoWantsItDown() {
    settle(new Settlement.Aborted(new NotPermitted("start", "monitored")));

    assertThat(ready).isCompletedExceptionally();
    assertThat(down).isNotDone();
  }
}
