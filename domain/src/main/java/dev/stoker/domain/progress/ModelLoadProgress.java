package dev.stoker.domain.progress;

import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a model has come on its way to serving (FR-001).
 *
 * @param model its id or folder
 * @param percent 0 to 100; 100 exactly when complete
 * @param downloaded bytes fetched so far, null when nothing is fetched or it is not known
 * @param total bytes to fetch in all, null when not known: unknown is not zero
 * @param status a few words for people
 * @param startedAt when it began
 * @param completedAt when it ended, well or badly; null while it goes on
 * @param remaining how long it will still take, null when that is not known
 * @param perSecond bytes fetched in a second, as of late; null when nothing is fetched
 */
public record ModelLoadProgress(
    String model,
    int percent,
    @Nullable ByteSize downloaded,
    @Nullable ByteSize total,
    String status,
    Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable Duration remaining,
    @Nullable ByteSize perSecond) {
  private static final int COMPLETE = 100;

  /**
   * Checks the percentage.
   *
   * @throws IllegalArgumentException when it is not from 0 to 100
   */
  public ModelLoadProgress {
    if (percent < 0 || percent > COMPLETE) {
      throw new IllegalArgumentException("percent " + percent + " is not in 0 to 100");
    }
  }

  /** {@return progress of a download; the percentage follows from the bytes, at most 99} */
  public static ModelLoadProgress downloading(
      String model, ByteSize downloaded, @Nullable ByteSize total, Instant startedAt) {
    long share =
        total == null || total.bytes() == 0 ? 0 : downloaded.bytes() * COMPLETE / total.bytes();
    int percent = (int) Math.min(COMPLETE - 1, share);
    return new ModelLoadProgress(
        model, percent, downloaded, total, "downloading", startedAt, null, null, null);
  }

  /** {@return progress of a load; a percentage above 99 is shown as 99 until it is complete} */
  public static ModelLoadProgress loading(
      String model, int percent, String status, Instant startedAt) {
    int shown = Math.clamp(percent, 0, COMPLETE - 1);
    return new ModelLoadProgress(model, shown, null, null, status, startedAt, null, null, null);
  }

  /** {@return the end that was wished for: 100 percent} */
  public static ModelLoadProgress complete(String model, Instant startedAt, Instant completedAt) {
    return new ModelLoadProgress(
        model, COMPLETE, null, null, "complete", startedAt, completedAt, Duration.ZERO, null);
  }

  /** {@return the other end, keeping how far it had come} */
  public static ModelLoadProgress failed(ModelLoadProgress last, String why, Instant completedAt) {
    return new ModelLoadProgress(
        last.model(),
        Math.min(last.percent(), COMPLETE - 1),
        last.downloaded(),
        last.total(),
        why,
        last.startedAt(),
        completedAt,
        null,
        null);
  }

  /** {@return the same with this time left, null when it is not known} */
  public ModelLoadProgress withRemaining(@Nullable Duration left) {
    return new ModelLoadProgress(
        model, percent, downloaded, total, status, startedAt, completedAt, left, perSecond);
  }

  /** {@return the same with what is being fetched} */
  public ModelLoadProgress withDownload(
      @Nullable ByteSize bytes, @Nullable ByteSize ofBytes, @Nullable ByteSize rate) {
    return new ModelLoadProgress(
        model, percent, bytes, ofBytes, status, startedAt, completedAt, remaining, rate);
  }

  /** {@return whether the model serves} */
  public boolean isComplete() {
    return percent == COMPLETE;
  }
}
