package dev.stoker.application.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ModelProvider;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.testing.RunningServicesContract;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asked in its own process. */
class LocalServicesTest extends RunningServicesContract {
  private final UseCases useCases = Application.wire(world);

  @Override
  protected RunningServices services() {
    return useCases;
  }

  @Override
  protected UseCases owner() {
    return useCases;
  }

  @Test
  @Tag("FR-051")
  @Tag("FR-049")
  @Tag("AC-041")
  void aProviderIsAskedEverythingAndItsServerIsNobodysConcern() {
    define();
    assertThat(useCases.providers().names()).containsExactly(NAME);

    ModelProvider model =
        await(CompletableFuture.supplyAsync(() -> useCases.providers().provider(NAME)));

    assertThat(orchestrator().status(NAME).state())
        .as("before anybody asks it anything")
        .isEqualTo(ServiceState.RUNNING);
    assertThat(world.machine().launches()).isEqualTo(1);
    assertThat(model.model()).isEqualTo("demo");
    assertThat(model.models()).containsExactly("demo");
    assertThat(model.complete("Once", 3)).isEqualTo("Once and so on");
    assertThat(model.embed(List.of("a", "bcd"))).containsExactly(List.of(1.0), List.of(3.0));
    assertThat(world.machine().launches()).isEqualTo(1);
  }

  @Test
  @Tag("FR-050")
  @Tag("AC-042")
  void whereNoServerCanBeThereIsNoProviderAndItIsSaidWhy() {
    define();
    await(orchestrator().start(NAME));
    await(orchestrator().stop(NAME));

    CompletableFuture<ModelProvider> provider =
        CompletableFuture.supplyAsync(() -> useCases.providers().provider(NAME));
    awaitThat(provider::isDone);
    assertThat(provider)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("stopped by hand");
  }

  @Test
  @Tag("FR-050")
  void aQuestionIsCutWhenItsServerEndsAndSaysWhyNoOtherAnswersIt() {
    CompletableFuture<String> answer = askWhatIsNeverAnswered();

    await(orchestrator().stop(NAME));
    awaitThat(answer::isDone);

    assertThat(answer)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("stopped by hand");
    world.assertNothingLeft();
  }

  @Test
  void aQuestionWithoutAnAnswerIsAskedAgainAfterARestart() {
    CompletableFuture<String> answer = askWhatIsNeverAnswered();
    world.machine().network().setHolding(false);

    await(orchestrator().restart(NAME));

    assertThat(await(answer)).isEqualTo("Once and so on");
    assertThat(world.machine().network().questions()).isEqualTo(2);
    assertThat(world.machine().launches()).isEqualTo(2);
  }

  private CompletableFuture<String> askWhatIsNeverAnswered() {
    define();
    ModelProvider model =
        await(CompletableFuture.supplyAsync(() -> useCases.providers().provider(NAME)));
    world.machine().network().setHolding(true);
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(() -> model.complete("Once", 3));
    awaitThat(() -> world.machine().network().questions() == 1);
    return answer;
  }
}
