package dev.stoker.domain.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StartForecastTest {
  private static final PhaseTimes USUAL =
      PhaseTimes.none()
          .with(LoadPhase.IMPORT, Duration.ofSeconds(10))
          .with(LoadPhase.WEIGHTS, Duration.ofSeconds(60))
          .with(LoadPhase.COMPILE, Duration.ofSeconds(30));

  private static StartForecast after(PhaseTimes... starts) {
    return StartForecast.after(List.of(starts));
  }

  @Test
  void whatIsLeftIsWhatThePhasesUsuallyTake() {
    StartForecast forecast = after(USUAL);

    assertThat(forecast.at(LoadSign.of(LoadPhase.IMPORT), Duration.ofSeconds(4)).remaining())
        .isEqualTo(Duration.ofSeconds(96));
    assertThat(forecast.at(LoadSign.of(LoadPhase.COMPILE), Duration.ZERO).remaining())
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void theFirstStartHasSharesButNoTimes() {
    StartForecast.Estimate estimate =
        after().at(LoadSign.of(LoadPhase.WEIGHTS), Duration.ofSeconds(1));

    assertThat(estimate.remaining()).isNull();
    assertThat(estimate.share()).isBetween(0.2, 0.8);
  }

  @Test
  void oneSlowStartSaysNothingOfTheNext() {
    PhaseTimes slow = USUAL.with(LoadPhase.WEIGHTS, Duration.ofSeconds(900));

    assertThat(after(USUAL, slow, USUAL).usualWhole()).hasSeconds(100);
  }

  @Test
  void whatWasFetchedOnceIsNotWaitedForAgain() {
    PhaseTimes fetched = USUAL.with(LoadPhase.DOWNLOAD, Duration.ofSeconds(600));

    assertThat(after(fetched).usualWhole()).hasSeconds(100);
  }

  @Test
  void theFirstStartOfAModelTookLongerThanTheNextWill() {
    PhaseTimes cold =
        USUAL
            .with(LoadPhase.CONFIGURATION, Duration.ofSeconds(21))
            .with(LoadPhase.ENGINE_START, Duration.ofSeconds(12));
    PhaseTimes warm = cold.with(LoadPhase.CONFIGURATION, Duration.ofSeconds(8));

    assertThat(after(cold).usual(LoadPhase.CONFIGURATION)).isEqualTo(Duration.ofSeconds(9));
    assertThat(after(warm).usual(LoadPhase.CONFIGURATION)).isEqualTo(Duration.ofSeconds(8));
    assertThat(after(cold, warm).usual(LoadPhase.CONFIGURATION)).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void whatIsCountedTellsMoreThanWhatIsUsual() {
    Duration left =
        after(USUAL)
            .at(LoadSign.counted(LoadPhase.WEIGHTS, 1, 4), Duration.ofSeconds(40))
            .remaining();

    assertThat(left).isEqualTo(Duration.ofSeconds(120 + 30));
  }

  @Test
  void whatIsMuchLaterThanUsualIsNotSaidToBeNearlyThere() {
    StartForecast forecast = after(USUAL);

    assertThat(forecast.at(LoadSign.of(LoadPhase.COMPILE), Duration.ofSeconds(60)).remaining())
        .isNull();
    assertThat(forecast.unusual(LoadPhase.COMPILE, Duration.ofSeconds(60)))
        .contains(Duration.ofSeconds(30));
    assertThat(forecast.unusual(LoadPhase.COMPILE, Duration.ofSeconds(34))).isEmpty();
    assertThat(after().unusual(LoadPhase.COMPILE, Duration.ofSeconds(900))).isEmpty();
  }

  @Test
  void theShareGrowsWithTimeAndStaysBelowTheWhole() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      StartForecast forecast = random.nextInt(4) == 0 ? after() : after(anyTimes(random));
      for (LoadPhase phase : LoadPhase.values()) {
        double before = 0;
        for (int second = 0; second < 400; second += 13) {
          StartForecast.Estimate estimate =
              forecast.at(LoadSign.of(phase), Duration.ofSeconds(second));
          assertThat(estimate.share()).isBetween(before, 1.0);
          before = estimate.share();
        }
      }
    }
  }

  @Test
  void itIsNotStuckNearTheEnd() {
    List<Double> shares = new ArrayList<>();
    for (int second = 0; second <= 300; second += 60) {
      shares.add(
          after(USUAL).at(LoadSign.of(LoadPhase.COMPILE), Duration.ofSeconds(second)).share());
    }

    assertThat(shares).isSorted().doesNotHaveDuplicates();
    assertThat(shares.getLast()).isLessThan(1);
  }

  private static PhaseTimes anyTimes(Random random) {
    PhaseTimes times = PhaseTimes.none();
    for (LoadPhase phase : LoadPhase.values()) {
      times = times.with(phase, Duration.ofMillis(random.nextInt(90_000)));
    }
    return times;
  }

  @Test
  void countsThatMakeNoSenseAreNoCounts() {
    assertThat(LoadSign.counted(LoadPhase.WEIGHTS, 5, 4)).isEqualTo(LoadSign.of(LoadPhase.WEIGHTS));
    assertThat(LoadSign.counted(LoadPhase.WEIGHTS, 0, 0).isCounted()).isFalse();
    assertThat(LoadSign.counted(LoadPhase.GRAPHS, 30, 67).detail()).isEqualTo("graph 30 of 67");
  }

  @Test
  void progressIsNever100BeforeItIsComplete() {
    Instant start = Instant.EPOCH;
    ByteSize size = new ByteSize(1000);

    assertThat(ModelLoadProgress.downloading("m", size, size, start).percent()).isEqualTo(99);
    assertThat(ModelLoadProgress.loading("m", 250, "x", start).percent()).isEqualTo(99);
    assertThat(ModelLoadProgress.complete("m", start, start).isComplete()).isTrue();
    assertThat(ModelLoadProgress.downloading("m", size, null, start).percent()).isZero();
  }

  @Test
  @Tag("FR-023")
  @Tag("FR-047")
  void importAndEngineStartHaveAtMostThreeMinutes() {
    Duration configured = Duration.ofSeconds(300);

    assertThat(LoadPhase.IMPORT.stallLimit(configured)).hasSeconds(180);
    assertThat(LoadPhase.WEIGHTS.stallLimit(configured)).hasSeconds(300);
    assertThat(LoadPhase.IMPORT.stallLimit(Duration.ofSeconds(20))).hasSeconds(20);
    assertThat(LoadPhase.WEIGHTS.stallLimit(Duration.ofSeconds(900))).hasSeconds(900);
  }
}
