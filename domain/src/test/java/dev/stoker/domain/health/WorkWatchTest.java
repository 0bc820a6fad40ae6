package dev.stoker.domain.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.health.WorkWatch.Verdict;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(100);

  private WorkWatch watch = WorkWatch.begin(Duration.ZERO);
  private Duration now = Duration.ZERO;

  private static EngineSample sample(long running, long tokens) {
    return new EngineSample(running, 0L, 0.1, 5L, tokens, tokens, 0L, false);
  }

  private void seconds(int seconds, @Nullable EngineSample sample) {
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      watch = watch.saw(sample, now);
    }
  }

  private Verdict verdict(boolean witness) {
    return watch.verdict(LIMIT, witness, now);
  }

  @Test
  void anIdleServerNeverHangs() {
    seconds(100_000, sample(0, 7));

    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
    assertThat(watch.silence(now)).isZero();
  }

  @Test
  void requestsWithoutTokensAreDoubtfulAndThenAHang() {
    seconds(1, sample(0, 7));
    seconds(49, sample(2, 7));
    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
    seconds(3, sample(2, 7));
    assertThat(verdict(false)).isInstanceOf(Verdict.Doubtful.class);
    seconds(60, sample(2, 7));

    assertThat(verdict(false))
        .isInstanceOfSatisfying(
            Verdict.Hung.class,
            hung -> {
              assertThat(hung.silence()).isGreaterThan(LIMIT);
              assertThat(hung.evidence()).contains("2 running").contains("1 min 51 s");
            });
  }

  @Test
  void whereAWitnessIsWantedOurOwnRequestHasToBeUnansweredToo() {
    seconds(1, sample(2, 7));
    seconds(150, sample(2, 7));
    assertThat(verdict(true)).isInstanceOf(Verdict.Doubtful.class);

    watch = watch.asked(now);
    seconds(51, sample(2, 7));

    assertThat(verdict(true)).isInstanceOf(Verdict.Hung.class);
  }

  @Test
  void aRequestOfOursThatTheEngineDoesNotCountShowsAHangToo() {
    seconds(10, sample(0, 7));
    watch = watch.asked(now);
    seconds(99, sample(0, 7));
    assertThat(verdict(true)).isInstanceOf(Verdict.Doubtful.class);
    seconds(2, sample(0, 7));

    assertThat(verdict(true))
        .isInstanceOfSatisfying(
            Verdict.Hung.class,
            hung -> assertThat(hung.evidence()).contains("a request of one token unanswered"));
  }

  @Test
  void anAnswerEndsTheDoubtAndTeachesHowLongAPauseIs() {
    seconds(1, sample(0, 7));
    watch = watch.asked(now);
    seconds(60, sample(0, 7));
    watch = watch.answered(now);

    assertThat(verdict(true)).isInstanceOf(Verdict.Alive.class);
    assertThat(watch.limit(LIMIT)).hasSeconds(240);
  }

  @Test
  void aLimitThatIsLearnedHasABound() {
    seconds(1, sample(1, 7));
    now = now.plusSeconds(5000);
    watch = watch.saw(sample(1, 8), now);

    assertThat(watch.limit(LIMIT)).hasSeconds(1000);
  }

  @Test
  void aBusyServerIsAliveHoweverLateItAnswersOurs() {
    watch = watch.asked(now);
    for (int i = 0; i < 1000; i++) {
      seconds(1, sample(4, i));
    }

    assertThat(verdict(true)).isInstanceOf(Verdict.Alive.class);
  }

  @Test
  void countersThatCannotBeReadTellNothing() {
    seconds(1, sample(2, 7));
    seconds(1000, null);

    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
  }

  @Test
  void anEngineThatCountsNoWorkIsDoubtedButNotJudged() {
    EngineSample blind = new EngineSample(1L, 0L, null, null, null, null, null, false);
    seconds(1000, blind);

    assertThat(verdict(false)).isInstanceOf(Verdict.Doubtful.class);
  }

  @Test
  void aSleepingEngineIsLetSleep() {
    EngineSample asleep = new EngineSample(1L, 3L, 0.0, 5L, 5L, 5L, 0L, true);
    seconds(1000, asleep);

    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
  }

  @Test
  void aPauseOfTheMachineIsNobodysSilence() {
    seconds(90, sample(2, 7));
    now = now.plusSeconds(10_000);
    watch = watch.resumed(now).saw(sample(2, 7), now);

    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
  }

  /** While a long prompt is read in parts no token comes and no step is counted. */
  @Test
  void aCacheThatFillsIsWorkDone() {
    for (int i = 0; i < 1000; i++) {
      seconds(1, new EngineSample(1L, 0L, i / 1000.0, 5L, 7L, 7L, 0L, false));
    }

    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
  }

  @Test
  void aRequestOfOursIsNotForgottenWhereTheCountersCannotBeRead() {
    seconds(1, sample(0, 7));
    watch = watch.asked(now);
    seconds(200, null);
    assertThat(verdict(true)).isInstanceOf(Verdict.Doubtful.class);
    seconds(900, null);

    assertThat(verdict(true)).isInstanceOf(Verdict.Hung.class);
  }

  @Test
  void aRequestThatLeavesIsWorkDone() {
    seconds(99, sample(2, 7));
    seconds(1, sample(1, 7));

    assertThat(verdict(false)).isInstanceOf(Verdict.Alive.class);
  }

  @Test
  void whoeverWorksIsNeverCalledHung() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      watch = WorkWatch.begin(Duration.ZERO);
      now = Duration.ZERO;
      long tokens = 0;
      for (int look = 0; look < 400; look++) {
        now = now.plusSeconds(1 + random.nextInt(10));
        // At most 9 looks in a row without a token: below the limit.
        tokens += look % 9 == 0 ? 1 : random.nextInt(2);
        watch = watch.saw(random.nextInt(9) == 0 ? null : sample(random.nextInt(5), tokens), now);
        watch = watch.oursSince() == null && random.nextInt(20) == 0 ? watch.asked(now) : watch;
        assertThat(verdict(random.nextBoolean())).isNotInstanceOf(Verdict.Hung.class);
      }
    }
  }
}
