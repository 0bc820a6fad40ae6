package dev.stoker.domain.progress;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What earlier starts tell of the one that goes on: how far it is, and how long it will still take.
 * Pure.
 *
 * <p>Of each phase the median of the last starts counts: one slow start says nothing of the next.
 */
public final class StartForecast {
  /** Starts further back were made in another world. */
  public static final int STARTS = 5;

  /** As much of a phase as its usual time alone may promise; what is late gets ever closer to 1. */
  private static final double WHEN_DUE = 0.9;

  private static final double LATE = 1.5;
  private static final Duration WORTH_A_WORD = Duration.ofSeconds(10);

  private final Map<LoadPhase, Duration> usual;
  private final boolean known;

  private StartForecast(Map<LoadPhase, Duration> usual, boolean known) {
    this.usual = usual;
    this.known = known;
  }

  /**
   * Where a start stands.
   *
   * @param share of the whole, 0 to 1; below 1 however late it is
   * @param remaining how long it will still take, null when that is not known
   */
  public record Estimate(double share, @Nullable Duration remaining) {}

  /** {@return the forecast of a start of which no earlier one is known: shares, but no times} */
  public static StartForecast rough() {
    EnumMap<LoadPhase, Duration> usual = new EnumMap<>(LoadPhase.class);
    for (LoadPhase phase : LoadPhase.values()) {
      usual.put(phase, phase.roughly());
    }
    return new StartForecast(usual, false);
  }

  /**
   * {@return the forecast after these starts}
   *
   * @param earlier of the same model by the same engine on this machine, the newest last; those
   *     without phases are left out
   */
  public static StartForecast after(List<PhaseTimes> earlier) {
    List<PhaseTimes> all = earlier.stream().filter(each -> !each.isEmpty()).toList();
    if (all.isEmpty()) {
      return rough();
    }
    List<PhaseTimes> last =
        all.size() == 1
            ? List.of(warm(all.getFirst()))
            : all.subList(Math.max(0, all.size() - STARTS), all.size());
    EnumMap<LoadPhase, Duration> usual = new EnumMap<>(LoadPhase.class);
    for (LoadPhase phase : LoadPhase.values()) {
      usual.put(
          phase,
          median(last.stream().mapToLong(each -> each.of(phase).toMillis()).sorted().toArray()));
    }
    // What was fetched then is here now; what is still missing is told by its bytes.
    usual.put(LoadPhase.DOWNLOAD, Duration.ZERO);
    return new StartForecast(usual, true);
  }

  /**
   * Of a model that it has not seen vLLM inspects the class, in a process of its own that imports
   * what the engine's process will import, and keeps what it found. Seen with 0.32.0: 21 s of
   * configuration the first time, 8 s from then on, where the engine's start took 12 s.
   */
  private static PhaseTimes warm(PhaseTimes first) {
    Duration configuration = first.of(LoadPhase.CONFIGURATION);
    Duration engine = first.of(LoadPhase.ENGINE_START);
    boolean inspected = seconds(configuration) > LATE * seconds(engine);
    return inspected && !engine.isZero()
        ? first.with(LoadPhase.CONFIGURATION, configuration.minus(engine))
        : first;
  }

  /** {@return the same of another model: its shares tell something, its times nothing} */
  public StartForecast ofAnother() {
    return new StartForecast(usual, false);
  }

  /** Of two the shorter one: the other found a cold cache. */
  private static Duration median(long[] sorted) {
    return Duration.ofMillis(sorted[(sorted.length - 1) / 2]);
  }

  /** {@return whether it knows how long it will take} */
  public boolean isKnown() {
    return known;
  }

  /** {@return how long that phase usually takes} */
  public Duration usual(LoadPhase phase) {
    return usual.getOrDefault(phase, Duration.ZERO);
  }

  /** {@return how long the whole usually takes} */
  public Duration usualWhole() {
    return sum(_ -> true);
  }

  /**
   * {@return where a start stands}
   *
   * @param sign the phase, with what is counted of it
   * @param inPhase how long it has been in it
   */
  public Estimate at(LoadSign sign, Duration inPhase) {
    LoadPhase phase = sign.phase();
    Duration left = leftOf(sign, inPhase);
    Duration later = sum(each -> each.compareTo(phase) > 0);
    double before = seconds(sum(each -> each.compareTo(phase) < 0));
    double expected = Math.max(seconds(usual(phase)), sign.isCounted() ? seconds(inPhase) : 0);
    double whole = before + expected + seconds(later);
    double share = whole == 0 ? 0 : (before + expected * shareOf(sign, inPhase)) / whole;
    boolean lost = isLate(phase, inPhase.minus(usual(phase))) && !sign.isCounted();
    return new Estimate(Math.clamp(share, 0, 1), known && !lost ? left.plus(later) : null);
  }

  /** What is counted tells more than what is usual, once a part is done. */
  private Duration leftOf(LoadSign sign, Duration inPhase) {
    if (sign.isCounted() && sign.done() > 0) {
      return inPhase.multipliedBy(sign.total() - sign.done()).dividedBy(sign.done());
    }
    Duration left = usual(sign.phase()).minus(inPhase);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private double shareOf(LoadSign sign, Duration inPhase) {
    if (sign.isCounted()) {
      return (double) sign.done() / sign.total();
    }
    double due = seconds(usual(sign.phase()));
    double spent = seconds(inPhase);
    if (spent <= due) {
      return due == 0 ? 0 : WHEN_DUE * spent / due;
    }
    return 1 - (1 - WHEN_DUE) * due / spent;
  }

  /**
   * {@return how much longer than usual that phase took, where that is worth a word}
   *
   * @param took how long it took
   */
  public Optional<Duration> unusual(LoadPhase phase, Duration took) {
    Duration longer = took.minus(usual(phase));
    return known && isLate(phase, longer) ? Optional.of(longer) : Optional.empty();
  }

  private boolean isLate(LoadPhase phase, Duration longer) {
    return longer.compareTo(WORTH_A_WORD) > 0
        && seconds(longer) > (LATE - 1) * seconds(usual(phase));
  }

  private Duration sum(Predicate<LoadPhase> of) {
    Duration sum = Duration.ZERO;
    for (LoadPhase phase : LoadPhase.values()) {
      sum = of.test(phase) ? sum.plus(usual(phase)) : sum;
    }
    return sum;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
