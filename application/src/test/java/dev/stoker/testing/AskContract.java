package dev.stoker.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.port.in.AskUseCase;
import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.service.ServiceState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds of asking models, in the process of a Stoker or over its control API. */
public abstract class AskContract extends ServicesFixture {
  protected AskContract() {}

  @Test
  @Tag("FR-049")
  @Tag("AC-041")
  public void theModelIsAskedAndStartedForIt() {
    define();
    List<String> parts = new ArrayList<>();

    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(() -> services().ask().ask(NAME, "How?", 4));
    assertThat(await(answer)).isEqualTo("demo heard: How?");
    services().ask().ask(NAME, "How?", 4, parts::add);

    assertThat(parts).containsExactly("demo", " heard: ", "How?");
    assertThat(orchestrator().status(NAME).state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  @Tag("FR-050")
  @Tag("AC-042")
  public void whatCannotBeAskedSaysWhyAndWhatToDo() {
    define();
    await(orchestrator().start(NAME));
    await(orchestrator().stop(NAME));

    for (Consumer<AskUseCase> way :
        List.<Consumer<AskUseCase>>of(
            ask -> ask.ask(NAME, "How?", 4), ask -> ask.ask(NAME, "How?", 4, _ -> {}))) {
      Failure why = failureOf(CompletableFuture.runAsync(() -> way.accept(services().ask())));
      assertThat(why.code()).isEqualTo(ErrorCode.CANCELLED);
      assertThat(why.what()).contains("stopped by hand");
      assertThat(why.remedy()).isNotBlank();
    }
  }

  @Test
  @Tag("AC-043")
  @Tag("AC-044")
  public void whatDiesBeforeItAnswersIsAskedAgainWhenItIsBack() {
    define();
    await(orchestrator().start(NAME));
    world.machine().last().end(new ExitStatus.Exited(1));

    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(() -> services().ask().ask(NAME, "How?", 4));

    assertThat(await(answer)).isEqualTo("demo heard: How?");
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  @Test
  @Tag("AC-044")
  public void whatIsNeverAnsweredIsAskedFourTimesInAll() {
    define();
    await(orchestrator().start(NAME));
    world.machine().network().setDeaf(true);

    Failure why =
        failureOf(CompletableFuture.runAsync(() -> services().ask().ask(NAME, "How?", 4)));

    assertThat(why.code()).isEqualTo(ErrorCode.NOT_SERVING);
    assertThat(why.what()).contains("connection refused", "asked 4 times");
    assertThat(world.machine().network().questions()).isEqualTo(4);
  }

  @Test
  public void whatTheServerRefusesIsNotAskedAgain() {
    define();
    await(orchestrator().start(NAME));
    world.machine().network().setRefusal("too long");

    Failure why =
        failureOf(CompletableFuture.runAsync(() -> services().ask().ask(NAME, "How?", 4, _ -> {})));

    assertThat(why.what()).contains("refuses the request (HTTP 400)");
    assertThat(why.cause()).isEqualTo("too long");
    assertThat(world.machine().network().questions()).isEqualTo(1);
  }
}
