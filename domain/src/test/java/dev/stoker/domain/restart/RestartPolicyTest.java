package dev.stoker.domain.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.restart.RestartDecision.GiveUp;
import dev.stoker.domain.restart.RestartDecision.RestartAfter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final HealthLost CURABLE = new HealthLost(3, "refused");
  private final RestartPolicy policy = new RestartPolicy(3, Duration.ofSeconds(2));

  private static RestartHistory restartsAt(int... secondsAgo) {
    RestartHistory history = RestartHistory.empty();
    for (int ago : secondsAgo) {
      history = history.restarted(NOW.minusSeconds(ago), RestartPolicy.WINDOW);
    }
    return history;
  }

  @Test
  void givesUpAfterThirdRestartWithinAMinute() {
    assertThat(policy.decide(restartsAt(50, 30, 10), CURABLE, NOW)).isInstanceOf(GiveUp.class);
  }

  @Test
  void theWindowSlides() {
    assertThat(policy.decide(restartsAt(61, 30, 10), CURABLE, NOW))
        .isEqualTo(new RestartAfter(Duration.ofSeconds(2), "within the limits"));
  }

  @Test
  void backsOffWhileLaunchesFail() {
    RestartHistory twoFailed = RestartHistory.empty().launchFailed().launchFailed();

    assertThat(policy.decide(twoFailed, CURABLE, NOW))
        .isEqualTo(new RestartAfter(Duration.ofSeconds(8), "within the limits"));
    assertThat(policy.decide(twoFailed.launchSucceeded(), CURABLE, NOW))
        .isEqualTo(new RestartAfter(Duration.ofSeconds(2), "within the limits"));
  }

  @Test
  void aSlowCrashLoopEndsToo() {
    RestartHistory failed = RestartHistory.empty().launchFailed().launchFailed().launchFailed();

    assertThat(policy.decide(failed, CURABLE, NOW)).isInstanceOf(GiveUp.class);
  }

  @Test
  void whatRetryingCannotCureIsNotRetried() {
    assertThat(policy.decide(RestartHistory.empty(), new Internal("x"), NOW))
        .isInstanceOf(GiveUp.class);
  }
}
