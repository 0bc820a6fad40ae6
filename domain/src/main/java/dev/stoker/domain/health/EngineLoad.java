package dev.stoker.domain.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much an engine has to do, for people and programs; null is what is not known.
 *
 * @param running requests being computed
 * @param waiting requests that wait for it
 * @param kvUse share of the key-value cache in use, 0 to 1
 * @param promptTokensPerSecond read, between the last two looks
 * @param generationTokensPerSecond generated, between the last two looks
 */
public record EngineLoad(
    @Nullable Long running,
    @Nullable Long waiting,
    @Nullable Double kvUse,
    @Nullable Double promptTokensPerSecond,
    @Nullable Double generationTokensPerSecond) {

  /**
   * {@return the load at the later of two looks}
   *
   * @param before the earlier one, null where there is none: then rates are not known
   * @param between how long between them
   */
  public static EngineLoad of(EngineSample now, @Nullable EngineSample before, Duration between) {
    return new EngineLoad(
        now.running(),
        now.waiting(),
        now.kvUse(),
        before == null ? null : rate(before.promptTokens(), now.promptTokens(), between),
        before == null ? null : rate(before.generationTokens(), now.generationTokens(), between));
  }

  private static @Nullable Double rate(
      @Nullable Long before, @Nullable Long now, Duration between) {
    if (before == null || now == null || now < before || between.toMillis() <= 0) {
      return null;
    }
    return (now - before) * 1000.0 / between.toMillis();
  }
}
