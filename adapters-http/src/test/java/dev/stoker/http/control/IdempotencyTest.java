package dev.stoker.http.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is asked twice under one key is done once. */
class IdempotencyTest {
  private final AtomicLong now = new AtomicLong();
  private final Idempotency idempotency = new Idempotency(now::get);
  private final AtomicInteger done = new AtomicInteger();

  private CompletionStage<Answer> act() {
    return CompletableFuture.completedFuture(
        Answer.ok(Map.of("done", Integer.toString(done.incrementAndGet()))));
  }

  private void ask(String key, String what) {
    var _ = idempotency.once(key, what, this::act);
  }

  @Test
  void underOneKeyItIsDoneOnceAndAnsweredTwice() {
    var first = idempotency.once("k", "start a", this::act);
    var second = idempotency.once("k", "start a", this::act);

    assertThat(done).hasValue(1);
    assertThat(second).isSameAs(first);
  }

  @Test
  void withoutAKeyAndUnderAnotherItIsDoneAgain() {
    ask("k", "start a");
    ask("l", "start a");
    var _ = idempotency.once(null, "start a", this::act);

    assertThat(done).hasValue(3);
  }

  @Test
  void anotherThingUnderTheSameKeyIsRefused() {
    ask("k", "start a");

    assertThatThrownBy(() -> ask("k", "stop a")).hasMessageContaining("used for another call");
    assertThat(done).hasValue(1);
  }

  @Test
  void aKeyThatIsNoneIsRefused() {
    assertThatThrownBy(() -> ask("two words", "start a")).hasMessageContaining("visible");
    assertThatThrownBy(() -> ask("", "start a")).hasMessageContaining("visible");
  }

  @Test
  void aKeyIsForgottenAfterAWhileAndWhenThereAreTooMany() {
    ask("old", "start a");
    now.addAndGet(Duration.ofMinutes(11).toNanos());
    ask("old", "stop a");
    for (int i = 0; i < 1024; i++) {
      ask("k" + i, "start a");
    }
    ask("old", "start a");

    assertThat(done).hasValue(2 + 1024 + 1);
  }
}
