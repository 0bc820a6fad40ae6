package dev.stoker.application.service;

import dev.stoker.application.port.in.Models.PullProgress;
import dev.stoker.application.port.in.Models.PullWatcher;
import dev.stoker.application.port.out.ModelFetcher;
import dev.stoker.application.port.out.Uptime;
import dev.stoker.domain.unit.ByteSize;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Tells how fast a model comes and how long it takes still, by what came in the last seconds. For
 * several threads.
 */
final class PullMeter implements ModelFetcher.Watcher {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private final ByteSize total;
  private final Uptime uptime;
  private final PullWatcher watcher;
  private final Deque<Seen> seen = new ArrayDeque<>();
  private @Nullable Duration told;
  private long last;

  /** So much was there at that time. */
  private record Seen(Duration at, long bytes) {}

  PullMeter(ByteSize total, Uptime uptime, PullWatcher watcher) {
    this.total = total;
    this.uptime = uptime;
    this.watcher = watcher;
  }

  @Override
  public synchronized void moved(ByteSize there) {
    Duration now = uptime.now();
    last = there.bytes();
    boolean often = told != null && now.minus(told).compareTo(BETWEEN) < 0;
    if (often && last < total.bytes()) {
      return;
    }
    told = now;
    seen.addLast(new Seen(now, last));
    while (seen.getFirst().at().compareTo(now.minus(WINDOW)) < 0) {
      seen.removeFirst();
    }
    ByteSize rate = rate();
    watcher.progress(new PullProgress(there, total, rate, left(rate)));
  }

  private @Nullable ByteSize rate() {
    long millis = seen.getLast().at().minus(seen.getFirst().at()).toMillis();
    long bytes = seen.getLast().bytes() - seen.getFirst().bytes();
    return millis < BETWEEN.toMillis() || bytes < 0 ? null : new ByteSize(bytes * 1000 / millis);
  }

  private @Nullable Duration left(@Nullable ByteSize rate) {
    return rate == null || rate.bytes() == 0
        ? null
        : Duration.ofSeconds((total.bytes() - last) / rate.bytes());
  }

  @Override
  public void remark(String sentence) {
    watcher.remark(sentence);
  }

  @Override
  public boolean isCancelled() {
    return watcher.isCancelled();
  }
}
