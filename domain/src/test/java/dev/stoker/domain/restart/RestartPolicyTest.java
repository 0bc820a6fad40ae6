package dev.stoker.domain.restart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.failure.ResourceFailure.PortInUse;
import dev.stoker.domain.failure.ServerFailure.HealthLost;
import dev.stoker.domain.failure.StokerFailure.Internal;
import dev.stoker.domain.process.PortHolder;
import dev.stoker.domain.restart.RestartDecision.GiveUp;
import dev.stoker.domain.restart.RestartDecision.RestartAfter;
import dev.stoker.domain.unit.Port;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
  private static final Duration NOW = Duration.ofHours(5);
  private static final HealthLost CURABLE = new HealthLost(3, "refused");
  private final RestartPolicy policy = new RestartPolicy(3, Duration.ofSeconds(2), 7);

  private static RestartHistory restartsAt(int... secondsAgo) {
    RestartHistory history = RestartHistory.empty();
    for (int ago : secondsAgo) {
      history = history.restarted(NOW.minusSeconds(ago), RestartPolicy.WINDOW).becameReady();
    }
    return history;
  }

  @Test
  @Tag("FR-033")
  @Tag("AC-020")
  @Tag("UT-009")
  void givesUpAfterThirdRestartWithinAMinute() {
    assertThat(policy.decide(restartsAt(50, 30, 10), CURABLE, true, NOW))
        .isInstanceOf(GiveUp.class);
  }

  @Test
  @Tag("FR-033")
  @Tag("AC-020")
  @Tag("UT-009")
  void theWindowSlides() {
    assertThat(policy.decide(restartsAt(61, 30, 10), CURABLE, true, NOW))
        .isEqualTo(new RestartAfter(Duration.ofSeconds(2), "within the limits"));
  }

  /** Of the launch that the restart will be, not of the decision: backoffs differ (FR-033). */
  @Test
  @Tag("FR-033")
  @Tag("AC-020")
  @Tag("UT-009")
  void theWindowIsThatOfTheLaunch() {
    assertThat(policy.decide(restartsAt(59, 30, 10), CURABLE, true, NOW))
        .isInstanceOf(RestartAfter.class);
    assertThat(policy.decide(restartsAt(57, 30, 10), CURABLE, true, NOW))
        .isInstanceOf(GiveUp.class);
  }

  private static Duration delayAfter(RestartPolicy policy, RestartHistory history) {
    return ((RestartAfter) policy.decide(history, CURABLE, true, NOW)).delay();
  }

  @Test
  @Tag("FR-034")
  void backsOffWhileLaunchesFailAndSpreads() {
    RestartHistory twice = RestartHistory.empty().launched().launched();
    Set<Duration> delays = new HashSet<>();
    for (int salt = 0; salt < 50; salt++) {
      delays.add(delayAfter(new RestartPolicy(3, Duration.ofSeconds(2), salt), twice));
    }

    assertThat(delays)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            delay -> assertThat(delay).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10)));
    assertThat(delayAfter(policy, twice.becameReady())).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aSlowCrashLoopEndsToo() {
    RestartHistory failed = RestartHistory.empty().launched().launched().launched();

    assertThat(policy.decide(failed, CURABLE, true, NOW)).isInstanceOf(GiveUp.class);
  }

  @Test
  void whatSomethingOutsideMustEndIsWaitedForAndDoesNotCount() {
    PortInUse taken = new PortInUse(new Port(8000), PortHolder.unseen());
    RestartHistory history = RestartHistory.empty();
    for (int i = 0; i < RestartPolicy.MAX_WAITS; i++) {
      history = history.restarted(NOW, RestartPolicy.WINDOW).waited(true);
      assertThat(policy.decide(history, taken, false, NOW)).isInstanceOf(RestartAfter.class);
      assertThat(history.restarts()).isEmpty();
      assertThat(history.launchesSinceReady()).isZero();
    }
    assertThat(policy.decide(history.launched().waited(false), taken, false, NOW))
        .isInstanceOfSatisfying(
            GiveUp.class, giveUp -> assertThat(giveUp.limitReached()).isFalse());
  }

  @Test
  void whoStartedItByHandIsToldAtOnce() {
    RestartHistory history = RestartHistory.byHand().launched();

    assertThat(policy.decide(history, CURABLE, true, NOW)).isInstanceOf(GiveUp.class);
    assertThat(policy.decide(history.becameReady(), CURABLE, true, NOW))
        .isInstanceOf(RestartAfter.class);
    assertThat(policy.decide(history, new NetworkFailed("x", Evidence.none()), true, NOW))
        .isInstanceOf(RestartAfter.class);
  }

  @Test
  void whatRetryingCannotCureIsNotRetried() {
    assertThat(policy.decide(RestartHistory.empty(), new Internal("x"), true, NOW))
        .isInstanceOf(GiveUp.class);
  }
}
