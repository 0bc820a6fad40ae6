package dev.stoker.infrastructure.model;

import dev.stoker.application.port.out.ModelFetcher.Watcher;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.unit.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Response;

/**
 * Fetches one file into the cache. What is there of it is gone on with, whoever fetched that; it
 * gets its name when it is whole and its checksum is right. For one thread.
 */
final class FileFetch {
  private static final int BUFFER = 1 << 18;
  private static final int PARTIAL = 206;

  /** So often in a row a connection may break without anything having come. */
  private static final int TRIES = 7;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private final HubClient client;
  private final HubClient.Waiting waiting;
  private final Listing listing;
  private final CacheLayout layout;
  private final RepoFile file;
  private final Watcher watcher;

  private final Count counts;

  /**
   * Of all files together.
   *
   * @param there bytes that are in the cache
   * @param came of them, those that came now
   */
  record Count(AtomicLong there, AtomicLong came) {
    Count() {
      this(new AtomicLong(), new AtomicLong());
    }
  }

  FileFetch(
      HubClient client,
      HubClient.Waiting waiting,
      Listing listing,
      CacheLayout layout,
      RepoFile file,
      Watcher watcher,
      Count counts) {
    this.client = client;
    this.waiting = waiting;
    this.listing = listing;
    this.layout = layout;
    this.file = file;
    this.watcher = watcher;
    this.counts = counts;
  }

  void run() throws IOException, InterruptedException {
    Path blob = layout.blob(file.etag());
    if (isWhole(blob)) {
      moved(file.size().bytes());
      return;
    }
    try (HubLock _ = lock()) {
      if (isWhole(blob)) {
        moved(file.size().bytes());
        return;
      }
      Path part = layout.unfinished(file.etag());
      boolean right = fetched(part);
      if (!right) {
        watcher.remark("'" + file.path() + "' came with another checksum: fetching it once more");
        right = fetched(part);
      }
      if (!right) {
        throw new LifecycleException(
            new FilesBroken(
                listing.id().value(),
                "'" + file.path() + "' came twice with another checksum than the Hub names",
                Evidence.none()));
      }
      Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private boolean isWhole(Path blob) throws IOException {
    return Files.exists(blob) && Files.size(blob) == file.size().bytes();
  }

  private HubLock lock() throws IOException, InterruptedException {
    Optional<HubLock> lock = HubLock.tryTake(layout.lock(file.etag()));
    if (lock.isEmpty()) {
      watcher.remark("another program is fetching '" + file.path() + "': waiting for it");
    }
    while (lock.isEmpty()) {
      endWhereCancelled();
      waiting.until(BETWEEN_LOOKS);
      lock = HubLock.tryTake(layout.lock(file.etag()));
    }
    return lock.get();
  }

  private void endWhereCancelled() {
    if (watcher.isCancelled()) {
      throw new LifecycleException(new Cancelled("fetching '" + listing.id() + "' was stopped"));
    }
  }

  private void moved(long more) {
    watcher.moved(new ByteSize(Math.max(0, counts.there().addAndGet(more))));
  }

  /** {@return whether it is whole and what it should be; if not, it is gone} */
  private boolean fetched(Path part) throws IOException, InterruptedException {
    try (FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        ContentName name = ContentName.of(file)) {
      if (channel.size() > file.size().bytes()) {
        channel.truncate(0);
      }
      readAgain(channel, name);
      int failures = 0;
      while (channel.position() < file.size().bytes()) {
        long before = channel.position();
        try {
          goOn(channel, name);
        } catch (IOException | LifecycleException e) {
          endWhereCancelled();
          failures = channel.position() > before ? 1 : failures + 1;
          if (failures >= TRIES || !mayPass(e)) {
            throw e;
          }
          waiting.until(Duration.ofSeconds(1L << (failures - 1)));
        }
      }
      channel.force(false);
      if (name.isRight()) {
        return true;
      }
    }
    moved(-file.size().bytes());
    Files.delete(part);
    return false;
  }

  static boolean isFull(Exception problem) {
    String words = String.valueOf(problem.getMessage());
    return words.contains("No space left") || words.contains("quota");
  }

  /** A connection that broke, or could not be made; not a full disk, and not a refusal. */
  private static boolean mayPass(Exception problem) {
    return problem instanceof LifecycleException known
        ? known.getCause() instanceof IOException
        : !isFull(problem);
  }

  /** What is there already counts for the checksum too. */
  private void readAgain(FileChannel channel, ContentName name) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    int read = channel.read(buffer);
    while (read >= 0) {
      endWhereCancelled();
      name.add(buffer.array(), read);
      moved(read);
      buffer.clear();
      read = channel.read(buffer);
    }
  }

  private void goOn(FileChannel channel, ContentName name) throws IOException {
    long from = channel.position();
    HubAccess access = client.access();
    try (Response response =
        client.get(
            access,
            listing.id(),
            HubFiles.addressOf(access, listing, file.path()),
            request -> {
              request.header("Accept-Encoding", "identity");
              if (from > 0) {
                request.header("Range", "bytes=" + from + "-");
              }
            })) {
      boolean part =
          response.code() == PARTIAL
              && HubRefusals.header(response, "Content-Range").startsWith("bytes " + from + "-");
      InputStream body = response.body().byteStream();
      if (!part) {
        // The other side sends all of it.
        body.skipNBytes(from);
      }
      copy(body, channel, name);
    }
  }

  /** What came before a connection broke is kept. */
  private void copy(InputStream body, FileChannel channel, ContentName name) throws IOException {
    byte[] bytes = new byte[BUFFER];
    long left = file.size().bytes() - channel.position();
    while (left > 0) {
      endWhereCancelled();
      int most = (int) Math.min(bytes.length, left);
      int count = 0;
      try {
        while (count < most) {
          int read = body.read(bytes, count, most - count);
          if (read < 0) {
            throw new IOException("the file ended " + (left - count) + " bytes too early");
          }
          count += read;
        }
      } finally {
        keep(bytes, count, channel, name);
      }
      left -= count;
    }
  }

  private void keep(byte[] bytes, int length, FileChannel channel, ContentName name)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    name.add(bytes, length);
    counts.came().addAndGet(length);
    moved(length);
  }
}
