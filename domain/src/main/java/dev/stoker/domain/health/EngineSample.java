package dev.stoker.domain.health;

import org.jspecify.annotations.Nullable;

/**
 * An engine's own counters at one moment; null is what it does not count.
 *
 * @param running requests being computed
 * @param waiting requests that wait for it
 * @param kvUse share of the key-value cache in use, 0 to 1
 * @param promptTokens tokens read since its start
 * @param generationTokens tokens generated since its start
 * @param iterations steps made since its start
 * @param finished requests finished since its start
 * @param asleep whether it was put to sleep: what waits then is meant to
 */
public record EngineSample(
    @Nullable Long running,
    @Nullable Long waiting,
    @Nullable Double kvUse,
    @Nullable Long promptTokens,
    @Nullable Long generationTokens,
    @Nullable Long iterations,
    @Nullable Long finished,
    boolean asleep) {

  /** {@return requests that it has and has not finished, by its own count} */
  public long owed() {
    return orZero(running) + orZero(waiting);
  }

  /** {@return whether it counts work done at all (not with {@code --disable-log-stats})} */
  public boolean countsWork() {
    return promptTokens != null || generationTokens != null || iterations != null;
  }

  /**
   * {@return whether work was done between the two: anything that it counts has changed} Also what
   * runs, waits and is cached: the engine tells that at each step, and while it reads a long prompt
   * nothing else moves (vLLM 0.32, {@code loggers.py}). One that hangs tells nothing any more.
   */
  public boolean hasMovedSince(EngineSample before) {
    return differ(promptTokens, before.promptTokens)
        || differ(generationTokens, before.generationTokens)
        || differ(iterations, before.iterations)
        || differ(finished, before.finished)
        || differ(running, before.running)
        || differ(waiting, before.waiting)
        || differ(kvUse, before.kvUse);
  }

  private static <T> boolean differ(@Nullable T one, @Nullable T other) {
    return one != null && other != null && !one.equals(other);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
