package dev.stoker.application.service;

import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.progress.LoadSign;
import dev.stoker.domain.progress.ModelLoadProgress;
import dev.stoker.domain.progress.PhaseTimes;
import dev.stoker.domain.progress.StartForecast;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far one start is: in which phase since when, what share of the whole, how much is left. The
 * share never goes back. For one thread.
 */
final class StartProgress {
  /** The rate of a download is that of so long. */
  private static final Duration RATE_WINDOW = Duration.ofSeconds(10);

  private final String model;
  private final Instant startedAt;
  private final EarlierStarts earlier;
  private final boolean followedFromLaunch;
  private final Map<LoadPhase, String> remarks = new EnumMap<>(LoadPhase.class);
  private final Deque<Fetched> fetched = new ArrayDeque<>();
  private PhaseTimes times = PhaseTimes.none();
  private LoadSign sign = LoadSign.of(LoadPhase.ENVIRONMENT);
  private Duration phaseSince;
  private int percent;

  /** So much was there at that time. */
  private record Fetched(Duration at, ByteSize bytes) {}

  StartProgress(Launch launch, EarlierStarts earlier) {
    this.model = launch.spec().model().argument();
    this.startedAt = launch.at();
    this.earlier = earlier;
    this.followedFromLaunch = !launch.isTakenOver();
    this.phaseSince = launch.since();
  }

  LoadPhase phase() {
    return sign.phase();
  }

  /** Takes what a line said; of an earlier phase it says nothing. */
  void saw(LoadSign seen, Duration now) {
    if (seen.phase().compareTo(phase()) < 0) {
      return;
    }
    if (seen.phase() != phase()) {
      times = timesUntil(now);
      phaseSince = now;
      sign = seen;
    } else if (seen.isCounted()) {
      sign = seen;
    }
    if (!seen.remark().isEmpty()) {
      remarks.put(seen.phase(), seen.remark());
    }
  }

  /** So much of the model is in the cache. */
  void saw(ByteSize bytes, Duration now) {
    fetched.addLast(new Fetched(now, bytes));
    while (fetched.getFirst().at().compareTo(now.minus(RATE_WINDOW)) < 0) {
      fetched.removeFirst();
    }
  }

  /** {@return what is counted of the phase, such as {@code shard 1 of 2}; or empty} */
  String detail() {
    return sign.detail();
  }

  /** {@return how long each phase has taken, the one that goes on included} */
  PhaseTimes timesUntil(Duration now) {
    return times.with(phase(), now.minus(phaseSince));
  }

  ModelLoadProgress at(Duration now) {
    StartForecast.Estimate estimate = earlier.forecast().at(sign, now.minus(phaseSince));
    percent = Math.max(percent, (int) (estimate.share() * 100));
    ModelLoadProgress progress =
        ModelLoadProgress.loading(model, percent, phase().label(), startedAt);
    return phase() == LoadPhase.DOWNLOAD && !fetched.isEmpty()
        ? progress.withDownload(fetched.getLast().bytes(), null, rate())
        : progress.withRemaining(followedFromLaunch ? estimate.remaining() : null);
  }

  private @Nullable ByteSize rate() {
    Fetched first = fetched.getFirst();
    Fetched last = fetched.getLast();
    long millis = last.at().minus(first.at()).toMillis();
    long bytes = last.bytes().bytes() - first.bytes().bytes();
    return millis <= 0 || bytes < 0 ? null : new ByteSize(bytes * 1000 / millis);
  }

  /** {@return what was unusual about the start that has come to its end, a sentence each} */
  List<String> unusual(Duration now) {
    List<String> sentences = new ArrayList<>();
    timesUntil(now)
        .took()
        .forEach(
            (each, took) ->
                earlier
                    .forecast()
                    .unusual(each, took)
                    .ifPresent(longer -> sentences.add(sentence(each, longer))));
    return sentences;
  }

  private String sentence(LoadPhase late, Duration longer) {
    String because = remarks.containsKey(late) ? ": " + remarks.get(late) : "";
    String changed =
        earlier.otherEngine().isEmpty() ? "" : "; the last start was with " + earlier.otherEngine();
    return late.label()
        + " took "
        + DurationText.of(longer)
        + " longer than usual"
        + because
        + changed;
  }
}
