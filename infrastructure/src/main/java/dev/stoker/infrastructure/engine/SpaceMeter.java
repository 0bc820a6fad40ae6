package dev.stoker.infrastructure.engine;

import dev.stoker.domain.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells, while a download is silent, how much the disk has filled: that it moves at all. */
final class SpaceMeter {
  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private final CountDownLatch done = new CountDownLatch(1);

  private SpaceMeter() {}

  static SpaceMeter start(Path folder, Consumer<String> progress) throws IOException {
    SpaceMeter meter = new SpaceMeter();
    long before = Files.getFileStore(folder).getUsableSpace();
    long began = System.nanoTime();
    Thread.ofVirtual().name("space-meter").start(() -> meter.tell(folder, before, began, progress));
    return meter;
  }

  private void tell(Path folder, long before, long began, Consumer<String> progress) {
    try {
      while (!done.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
        long used = Math.max(0, before - Files.getFileStore(folder).getUsableSpace());
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        progress.accept("… " + seconds + " s, about " + new ByteSize(used) + " written");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // Only the figures are missing then.
      return;
    }
  }

  void close() {
    done.countDown();
  }
}
