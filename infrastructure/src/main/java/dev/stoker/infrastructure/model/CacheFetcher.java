package dev.stoker.infrastructure.model;

import dev.stoker.application.port.out.ModelFetcher;
import dev.stoker.application.port.out.ModelHub.Listing;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.failure.ResourceFailure.NetworkFailed;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fetches into the layout of the Hub's library, so that every program finds it there. */
final class CacheFetcher implements ModelFetcher {
  /** As many as the Hub's own library fetches at once. */
  private static final int AT_ONCE = 8;

  private static final long LOOK_MILLIS = 100;

  /** Of what is to be fetched: the disk is not filled to its last byte. */
  private static final double ROOM = 1.05;

  private final HubClient client;
  private final HubClient.Waiting waiting;
  private final Path cache;

  @Inject
  CacheFetcher(HubClient client, HubClient.Waiting waiting, Settings settings) {
    this.client = client;
    this.waiting = waiting;
    this.cache = settings.hubCache();
  }

  @Override
  public ByteSize fetch(Listing listing, List<RepoFile> files, Watcher watcher) {
    CacheLayout layout = new CacheLayout(cache, listing.id());
    try {
      Files.createDirectories(layout.blobs());
      Files.createDirectories(layout.locks());
      checkRoom(layout, files);
      long came = fetchAll(listing, layout, files, watcher);
      for (RepoFile file : files) {
        layout.link(listing.commit(), file);
      }
      if (!listing.revision().isCommit()) {
        layout.writeReference(listing.revision(), listing.commit());
      }
      return new ByteSize(came);
    } catch (IOException e) {
      throw failed(listing, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LifecycleException(new Cancelled("fetching was interrupted"), e);
    }
  }

  private LifecycleException failed(Listing listing, IOException problem) {
    String words = String.valueOf(problem.getMessage());
    if (FileFetch.isFull(problem)) {
      return new LifecycleException(
          new DiskFull(
              cache.toString(),
              words
                  + "; what was fetched of '"
                  + listing.id()
                  + "' stays, and the next try goes on there"),
          problem);
    }
    boolean local = problem instanceof FileSystemException || problem instanceof HubLock.NotMade;
    return new LifecycleException(
        local
            ? new FilesBroken(
                listing.id().value(),
                "the cache " + cache + " cannot be written: " + words,
                Evidence.none())
            : new NetworkFailed(
                "fetching '" + listing.id() + "': " + HubRefusals.words(problem), Evidence.none()),
        problem);
  }

  private void checkRoom(CacheLayout layout, List<RepoFile> files) throws IOException {
    long missing = 0;
    for (RepoFile file : files) {
      missing += file.size().bytes() - present(layout, file);
    }
    long free = Files.getFileStore(cache).getUsableSpace();
    if (missing * ROOM > free) {
      throw new LifecycleException(
          new DiskFull(
              cache.toString(),
              new ByteSize(missing)
                  + " are to be fetched, and "
                  + new ByteSize(free)
                  + " are free"));
    }
  }

  private static long present(CacheLayout layout, RepoFile file) throws IOException {
    for (Path each : List.of(layout.blob(file.etag()), layout.unfinished(file.etag()))) {
      if (Files.exists(each)) {
        return Math.min(Files.size(each), file.size().bytes());
      }
    }
    return 0;
  }

  /** The largest first: what takes longest should not be begun last. */
  private long fetchAll(Listing listing, CacheLayout layout, List<RepoFile> files, Watcher watcher)
      throws IOException, InterruptedException {
    FileFetch.Count count = new FileFetch.Count();
    ConcurrentLinkedQueue<RepoFile> queue = new ConcurrentLinkedQueue<>();
    files.stream().sorted(Comparator.comparing(RepoFile::size).reversed()).forEach(queue::add);
    EndsWithOthers together = new EndsWithOthers(watcher);
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < Math.min(AT_ONCE, files.size()); i++) {
        running.add(
            workers.submit(
                () -> {
                  try {
                    RepoFile next = queue.poll();
                    while (next != null) {
                      new FileFetch(client, waiting, listing, layout, next, together, count).run();
                      next = queue.poll();
                    }
                    return null;
                  } catch (Throwable e) {
                    together.end(e);
                    throw e;
                  }
                }));
      }
      awaitAll(running, workers, together);
      return count.came().get();
    }
  }

  /** What failed first is why; the others were ended for it. */
  private static void awaitAll(
      List<Future<?>> running, ExecutorService workers, EndsWithOthers together)
      throws IOException, InterruptedException {
    for (Future<?> each : running) {
      await(each, workers, together);
    }
    switch (together.why()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case InterruptedException e -> throw e;
      case Throwable e -> throw new IOException(e);
    }
  }

  /** Who wants no more does not wait for the other side: an interrupt breaks the connections. */
  private static void await(Future<?> worker, ExecutorService workers, Watcher watcher)
      throws InterruptedException {
    while (true) {
      try {
        worker.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException e) {
        // Why is known already.
        return;
      } catch (TimeoutException e) {
        if (watcher.isCancelled()) {
          workers.shutdownNow();
        }
      }
    }
  }

  /** A watcher that wants no more also when one file failed. */
  private static final class EndsWithOthers implements Watcher {
    private final Watcher watcher;
    private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

    EndsWithOthers(Watcher watcher) {
      this.watcher = watcher;
    }

    void end(Throwable cause) {
      first.compareAndSet(null, cause);
    }

    @Nullable Throwable why() {
      return first.get();
    }

    @Override
    public void moved(ByteSize there) {
      watcher.moved(there);
    }

    @Override
    public void remark(String sentence) {
      watcher.remark(sentence);
    }

    @Override
    public boolean isCancelled() {
      return first.get() != null || watcher.isCancelled();
    }
  }
}
