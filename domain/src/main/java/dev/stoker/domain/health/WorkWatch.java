package dev.stoker.domain.health;

import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Compares work owed with work done: a server that hangs answers {@code /health} 200 for ever
 * ({@code facts-vllm.md} 2.3), and one that is busy may not answer it in time.
 *
 * <p>Work is owed while the engine counts requests, or while one of ours is unanswered: the engine
 * does not count what came after it began to hang (vLLM 0.32, seen). Where nothing is owed nothing
 * hangs. A pause that ended in work is no hang, and teaches how long pauses of this model are.
 * Pure: each look makes the next state. Times are the machine's uptime.
 *
 * @param last the last counters, null before the first
 * @param lastLook when it was looked last
 * @param moved when work was last seen done, or nothing was owed
 * @param slowest the longest pause so far that ended in work
 * @param oursSince since when a request of ours is unanswered, null where none is
 * @param blind whether the counters could not be read at the last look
 */
public record WorkWatch(
    @Nullable EngineSample last,
    Duration lastLook,
    Duration moved,
    Duration slowest,
    @Nullable Duration oursSince,
    boolean blind) {
  /** So many times the longest pause so far are no hang yet. */
  private static final int PATIENCE = 4;

  /** However long pauses were: a limit is no limit when it is never reached. */
  private static final int MOST_PATIENCE = 10;

  /** {@return the watch of a server that has just answered} */
  public static WorkWatch begin(Duration now) {
    return begin(now, Duration.ZERO);
  }

  /**
   * {@return the watch of a server that has just answered}
   *
   * @param paused the longest pause that this model was seen to make before
   */
  public static WorkWatch begin(Duration now, Duration paused) {
    return new WorkWatch(null, now, now, paused, null, false);
  }

  /** How a server stands. */
  public sealed interface Verdict {
    /** It works, or has nothing to do. */
    record Alive() implements Verdict {}

    /**
     * It owes work and does none, but not for long enough to be sure, or it cannot be told from one
     * that is busy.
     *
     * @param evidence in one sentence
     */
    record Doubtful(String evidence) implements Verdict {}

    /**
     * It hangs.
     *
     * @param evidence in one sentence
     * @param silence how long no work was done
     */
    record Hung(String evidence, Duration silence) implements Verdict {}
  }

  /**
   * {@return the watch after a look}
   *
   * @param sample the counters, null where they could not be read: that tells nothing, and the time
   *     since the last look is nobody's silence, unless a request of ours waits
   */
  public WorkWatch saw(@Nullable EngineSample sample, Duration now) {
    EngineSample before = last;
    if (sample == null) {
      Duration since = oursSince == null ? moved.plus(now.minus(lastLook)) : moved;
      return new WorkWatch(before, now, since, slowest, oursSince, true);
    }
    boolean owedBefore = owes(before);
    boolean works = before != null && sample.hasMovedSince(before);
    boolean idle = !owes(sample) || !owedBefore || sample.asleep();
    if (works) {
      Duration pause = owedBefore ? now.minus(moved) : Duration.ZERO;
      return new WorkWatch(sample, now, now, longer(slowest, pause), oursSince, false);
    }
    return new WorkWatch(sample, now, idle ? now : moved, slowest, oursSince, false);
  }

  /** {@return the watch after a request of ours was sent} */
  public WorkWatch asked(Duration now) {
    return new WorkWatch(last, lastLook, owes(last) ? moved : now, slowest, now, blind);
  }

  /** {@return the watch after it was answered: that is work done} */
  public WorkWatch answered(Duration now) {
    Duration pause = now.minus(moved);
    return new WorkWatch(last, lastLook, now, longer(slowest, pause), null, blind);
  }

  /** {@return the watch after it failed in another way than by silence, which tells nothing} */
  public WorkWatch unanswered() {
    return new WorkWatch(last, lastLook, moved, slowest, null, blind);
  }

  /** {@return the watch after a pause of the whole machine: nothing counts that was before} */
  public WorkWatch resumed(Duration now) {
    return new WorkWatch(last, now, now, slowest, oursSince == null ? null : now, blind);
  }

  private boolean owes(@Nullable EngineSample sample) {
    return oursSince != null || (sample != null && sample.owed() > 0);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** {@return how long it owes work and does none; zero where it owes none} */
  public Duration silence(Duration now) {
    return owes(last) ? now.minus(moved) : Duration.ZERO;
  }

  /**
   * {@return after which silence it hangs: the configured limit, more where this model was seen to
   * pause for long}
   */
  public Duration limit(Duration configured) {
    Duration learned = slowest.multipliedBy(PATIENCE);
    Duration most = configured.multipliedBy(MOST_PATIENCE);
    return longer(configured, learned.compareTo(most) > 0 ? most : learned);
  }

  /** {@return whether it is silent for so long that a request of our own should ask} */
  public boolean isInDoubt(Duration configured, Duration now) {
    return silence(now).compareTo(limit(configured).dividedBy(2)) >= 0;
  }

  /**
   * {@return how it stands}
   *
   * @param configured the silence that is a hang, before anything was learned
   * @param witness whether a request of ours has to be unanswered too
   */
  public Verdict verdict(Duration configured, boolean witness, Duration now) {
    Duration silence = silence(now);
    Duration limit = limit(configured);
    if (!isInDoubt(configured, now) || (last != null && last.asleep())) {
      return new Verdict.Alive();
    }
    Duration ours = oursSince;
    boolean confirmed =
        !witness || (ours != null && now.minus(ours).compareTo(limit.dividedBy(2)) >= 0);
    // Where no counters tell a hang from a long queue, only a much longer silence does.
    boolean counts = !blind && last != null && last.countsWork();
    Duration enough = counts ? limit : configured.multipliedBy(MOST_PATIENCE);
    String evidence = evidence(silence, now);
    return silence.compareTo(enough) >= 0 && confirmed && (counts || ours != null)
        ? new Verdict.Hung(evidence, silence)
        : new Verdict.Doubtful(evidence);
  }

  private String evidence(Duration silence, Duration now) {
    EngineSample sample = last;
    Duration ours = oursSince;
    StringBuilder text = new StringBuilder();
    if (sample != null && sample.owed() > 0) {
      text.append(sample.running()).append(" running and ").append(sample.waiting());
      text.append(" waiting requests, ");
    }
    if (ours != null) {
      text.append("a request of one token unanswered for ");
      text.append(DurationText.of(now.minus(ours))).append(", ");
    }
    text.append(
        sample != null && sample.countsWork()
            ? "no token, step or end of a request for " + DurationText.of(silence)
            : "the engine counts no work");
    return text.append(" (longest pause before: ")
        .append(DurationText.of(slowest))
        .append(")")
        .toString();
  }
}
