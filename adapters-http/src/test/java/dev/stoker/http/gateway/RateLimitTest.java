package dev.stoker.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private final AtomicLong now = new AtomicLong(-5);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void aMinutesRequestsMayComeAtOnceAndThenOneByOne() {
    RateLimit limit = new RateLimit(3, now::get);
    for (int i = 0; i < 3; i++) {
      assertThat(limit.ask("a")).isNull();
    }

    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(20));
    pass(Duration.ofSeconds(5));
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(15));
    pass(Duration.ofSeconds(15));
    assertThat(limit.ask("a")).isNull();
    assertThat(limit.ask("a")).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void eachClientHasItsOwn() {
    RateLimit limit = new RateLimit(1, now::get);

    assertThat(limit.ask("a")).isNull();
    assertThat(limit.ask("a")).isNotNull();
    assertThat(limit.ask("b")).isNull();
  }

  @Test
  void whatIsNotUsedIsNotSavedUp() {
    RateLimit limit = new RateLimit(2, now::get);
    limit.ask("a");
    pass(Duration.ofHours(3));

    assertThat(limit.ask("a")).isNull();
    assertThat(limit.ask("a")).isNull();
    assertThat(limit.ask("a")).isNotNull();
  }
}
