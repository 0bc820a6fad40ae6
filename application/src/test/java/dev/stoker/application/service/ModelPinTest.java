package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.FakeHub;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which state of its model a service serves, while the cache's main branch moves under it. */
class ModelPinTest extends RecoveryFixture {
  private static final ModelId MODEL = new ModelId("org/a");
  private static final String LATER = "d".repeat(40);

  /** Recorded with the start, as everything that it was made with. */
  private String servedCommit() {
    assertThat(status().state()).isEqualTo(ServiceState.RUNNING);
    return world
        .store()
        .lastGoodStart(A)
        .orElseThrow()
        .circumstances()
        .getOrDefault("argument --revision", "");
  }

  private String writtenCommit() {
    return world.store().service(A).orElseThrow().commit();
  }

  private void crash() {
    world.machine().last().end(new ExitStatus.Exited(1));
    seconds(60);
  }

  @Test
  void theServerIsGivenTheCommitThatIsHereAndItIsWrittenDown() {
    startAndServe();
    assertThat(servedCommit()).isEqualTo(FakeHub.COMMIT).isEqualTo(writtenCommit());
  }

  @Test
  void aCrashBringsTheSameCommitBack() {
    startAndServe();
    world.hub().moveTo(MODEL, LATER);
    crash();
    assertThat(servedCommit()).isEqualTo(FakeHub.COMMIT);
  }

  @Test
  void soDoesARestartByHand() {
    startAndServe();
    world.hub().moveTo(MODEL, LATER);
    stoker.orchestrator().restart(A);
    seconds(60);
    assertThat(servedCommit()).isEqualTo(FakeHub.COMMIT);
  }

  @Test
  void soDoesTheNextStoker() {
    startAndServe();
    world.hub().moveTo(MODEL, LATER);
    killStokerAndBeginAgain();
    seconds(60);
    crash();
    assertThat(servedCommit()).isEqualTo(FakeHub.COMMIT).isEqualTo(writtenCommit());
  }

  @Test
  void whatWasStoppedTakesWhatIsHereThen() {
    startAndServe();
    world.hub().moveTo(MODEL, LATER);
    stoker.orchestrator().stop(A);
    seconds(30);
    stoker.orchestrator().start(A);
    seconds(30);
    assertThat(servedCommit()).isEqualTo(LATER).isEqualTo(writtenCommit());
  }

  /** Another revision of the same model is another model. */
  @Test
  void anotherRevisionInTheFileRestartsTheService() {
    startAndServe();
    world.written().clear();
    world.written().write("services.a.model", "org/a@" + LATER);
    reloadInBackground();
    seconds(60);
    assertThat(servedCommit()).isEqualTo(LATER);
  }

  private void reloadInBackground() {
    CompletableFuture<?> reload = CompletableFuture.runAsync(() -> stoker.reload().reload());
    while (!reload.isDone()) {
      seconds(0);
      Thread.onSpinWait();
    }
    reload.join();
  }
}
