package dev.stoker.http.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who asked, which route, and how it ended; never what was asked or answered. No event
 * loop waits for whoever reads the lines: what there is no room for is counted instead.
 */
final class AccessLog implements AutoCloseable {
  private static final int MOST_LINES = 10_000;
  private static final int LONGEST_PART = 128;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final @Nullable Thread writer;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_LINES);
  private final AtomicLong lost = new AtomicLong();
  private final Consumer<String> out;

  private AccessLog(Consumer<String> out, boolean isOn) {
    this.out = out;
    this.writer = isOn ? Thread.ofVirtual().name("access-log").start(this::write) : null;
  }

  /** {@return one that writes lines there, each whole, on a thread of its own} */
  static AccessLog to(Consumer<String> out) {
    return new AccessLog(out, true);
  }

  /** {@return one that writes nothing} */
  static AccessLog off() {
    return new AccessLog(_ -> {}, false);
  }

  /** {@return whether anything is written} */
  boolean isOn() {
    return writer != null;
  }

  /**
   * A request is over.
   *
   * @param client the name of its key, or its address
   * @param method of HTTP
   * @param path without what stands behind a question mark
   * @param service empty where it is for none
   * @param status what the client got
   * @param seconds from its head to the end of its answer
   * @param id of the request
   */
  void add(
      String client,
      String method,
      String path,
      String service,
      int status,
      double seconds,
      String id) {
    String line =
        String.format(
            Locale.ROOT,
            "access at=%s client=%s request=\"%s %s\" service=%s status=%d seconds=%.3f id=%s",
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            clean(client),
            clean(method),
            clean(path),
            service.isEmpty() ? "-" : service,
            status,
            seconds,
            clean(id));
    if (!lines.offer(line)) {
      lost.incrementAndGet();
    }
  }

  /** What a client chose is one word, and short. */
  private static String clean(String part) {
    StringBuilder cleaned = new StringBuilder();
    part.chars()
        .limit(LONGEST_PART)
        .forEach(
            each -> cleaned.append(each > ' ' && each < 127 && each != '"' ? (char) each : '?'));
    return cleaned.toString();
  }

  private void write() {
    try {
      while (true) {
        out.accept(lines.take());
        sayLost();
      }
    } catch (InterruptedException e) {
      // What is there is written, nothing is waited for.
      String line = lines.poll();
      while (line != null) {
        out.accept(line);
        line = lines.poll();
      }
      sayLost();
    }
  }

  private void sayLost() {
    long gone = lost.getAndSet(0);
    if (gone > 0) {
      out.accept("access " + gone + " lines are missing: nobody took them in time");
    }
  }

  /** Writes what there is, and no more. */
  @Override
  public void close() {
    if (writer != null) {
      writer.interrupt();
      try {
        // Where nobody reads, nobody is waited for.
        writer.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
