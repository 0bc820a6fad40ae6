package dev.stoker.infrastructure.time;

import dev.stoker.application.port.out.Uptime;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Reads {@code /proc/uptime} (proc(5), Linux): time since boot, sleep included, to a hundredth of a
 * second; between two readings the JVM's own clock, which stands still while the machine sleeps,
 * tells the rest.
 */
@Singleton
final class BootUptime implements Uptime {
  private static final Path FILE = Path.of("/proc/uptime");

  /** Read again after this: what the machine slept through is known no later. */
  private static final long READ_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

  private volatile Reading last = read();

  @Inject
  BootUptime() {}

  private record Reading(Duration uptime, long nanos) {
    Duration at(long now) {
      return uptime.plusNanos(now - nanos);
    }
  }

  @Override
  public Duration now() {
    long nanos = System.nanoTime();
    Reading known = last;
    if (nanos - known.nanos() < READ_AGAIN_NANOS) {
      return known.at(nanos);
    }
    Reading fresh;
    try {
      fresh = read();
    } catch (UncheckedIOException e) {
      // No file may be opened now: nobody who asks for the time is to fail for that.
      return known.at(nanos);
    }
    Duration expected = known.at(fresh.nanos());
    // Forward alone: a reading that is behind was kept waiting on its way here.
    boolean slept = fresh.uptime().minus(expected).compareTo(Duration.ofMillis(50)) > 0;
    // The file is coarse: it corrects the finer clock only where they have come apart.
    last = slept ? fresh : new Reading(expected, fresh.nanos());
    return last.uptime();
  }

  private static Reading read() {
    try {
      String text = Files.readString(FILE, StandardCharsets.US_ASCII);
      double seconds = Double.parseDouble(text.substring(0, text.indexOf(' ')));
      return new Reading(Duration.ofMillis(Math.round(seconds * 1000)), System.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException("/proc/uptime cannot be read", e);
    }
  }
}
