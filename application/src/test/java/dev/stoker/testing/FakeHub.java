package dev.stoker.testing;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.out.ModelCache;
import dev.stoker.application.port.out.ModelFetcher;
import dev.stoker.application.port.out.ModelHub;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.ModelNotFound;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A Hub with models of three small files and one of weights, and its cache. */
public final class FakeHub implements ModelHub, ModelCache, ModelFetcher {
  /** What every branch is at. */
  public static final String COMMIT = "c".repeat(40);

  /** How large each of its files is. */
  public static final long FILE = 1000;

  private volatile ModelFacts facts = new ModelFacts("", "", "", null, "not told", null, "", false);
  private static final Path PLACE = Path.of("/hub");
  private static final List<String> FILES =
      List.of("config.json", "tokenizer.json", "model.safetensors");

  private final Map<ModelId, List<RepoFile>> models = new ConcurrentHashMap<>();
  private final Map<ModelId, Set<String>> cached = new ConcurrentHashMap<>();
  private final Map<ModelId, String> heads = new ConcurrentHashMap<>();
  private final List<ModelId> asked = new ArrayList<>();
  private final LongSupplier bytesOfServers;
  private volatile boolean stalls;
  private final CompletableFuture<Void> stalled = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private boolean offline;
  private boolean everythingIsCached = true;
  private @Nullable Failure refusal;

  FakeHub(LongSupplier bytesOfServers) {
    this.bytesOfServers = bytesOfServers;
  }

  /** Of an empty cache. */
  public static FakeHub empty() {
    FakeHub hub = new FakeHub(() -> 0);
    hub.everythingIsCached = false;
    return hub;
  }

  /** From now on the Hub has that model. */
  public void publish(ModelId id) {
    models.put(
        id,
        FILES.stream()
            .map(file -> new RepoFile(file, new ByteSize(FILE), "a".repeat(64)))
            .toList());
  }

  /** Somebody fetched another commit of it: the main branch of the cache is that now. */
  public void moveTo(ModelId id, String commit) {
    heads.put(id, commit);
  }

  /** From now on nothing is cached but what is fetched. */
  public void forgetCache() {
    everythingIsCached = false;
  }

  /** From now on, or no more, nothing may be asked. */
  public void setOffline(boolean isOffline) {
    offline = isOffline;
  }

  /** From now on the Hub refuses everything; null for nothing. */
  public void refuse(@Nullable Failure failure) {
    refusal = failure;
  }

  /** {@return what was asked for} */
  public List<ModelId> asked() {
    return List.copyOf(asked);
  }

  /** Somebody took a file away. */
  public void lose(ModelId id, String file) {
    cached.getOrDefault(id, ConcurrentHashMap.newKeySet()).remove(file);
  }

  /** What the files of every model say from now on. */
  public void say(ModelFacts now) {
    facts = now;
  }

  @Override
  public boolean isOffline() {
    return offline;
  }

  @Override
  public Listing look(ModelId id, Revision revision) {
    asked.add(id);
    Failure refused = refusal;
    if (refused != null) {
      throw new LifecycleException(refused);
    }
    List<RepoFile> files = models.get(id);
    if (files == null) {
      throw new LifecycleException(new ModelNotFound(id, Evidence.none()));
    }
    return new Listing(id, revision, COMMIT, false, files);
  }

  @Override
  public NeededFiles needed(Listing listing, boolean code) {
    return NeededFiles.of(listing.files().stream().map(RepoFile::path).toList(), List.of(), code);
  }

  @Override
  public ModelFacts facts(Listing listing, String type) {
    return facts;
  }

  /** From now on no fetching ends before it is cancelled. */
  public void stall() {
    stalls = true;
  }

  /** {@return done as soon as something is fetched that does not end} */
  public CompletableFuture<Void> stalled() {
    return stalled;
  }

  /** {@return done as soon as that was cancelled} */
  public CompletableFuture<Void> cancelled() {
    return cancelled;
  }

  private void waitUntilCancelled(Watcher watcher) {
    stalled.complete(null);
    while (!watcher.isCancelled() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
    if (watcher.isCancelled()) {
      cancelled.complete(null);
    }
  }

  @Override
  public ByteSize fetch(Listing listing, List<RepoFile> files, Watcher watcher) {
    long bytes = 0;
    for (RepoFile file : files) {
      if (stalls) {
        waitUntilCancelled(watcher);
      }
      if (watcher.isCancelled()) {
        throw new LifecycleException(new Cancelled("no more is wanted"));
      }
      cached.computeIfAbsent(listing.id(), _ -> ConcurrentHashMap.newKeySet()).add(file.path());
      bytes += file.size().bytes();
      watcher.moved(new ByteSize(bytes));
    }
    return new ByteSize(bytes);
  }

  @Override
  public Cached look(ModelId id) {
    return new Cached(new ByteSize(bytesOfServers.getAsLong()), true);
  }

  @Override
  public Path place() {
    return PLACE;
  }

  @Override
  public List<CachedModel> list() {
    return cached.entrySet().stream()
        .map(
            each ->
                new CachedModel(
                    each.getKey(),
                    List.of(COMMIT),
                    new ByteSize(FILE * each.getValue().size()),
                    new ByteSize(0)))
        .toList();
  }

  @Override
  public Snapshot examine(ModelId id, Revision revision, boolean code) {
    Set<String> there = everythingIsCached ? Set.copyOf(FILES) : cached.get(id);
    return there == null
        ? new Snapshot("", null, null, List.of(), new ByteSize(0))
        : new Snapshot(
            revision.equals(Revision.MAIN) ? heads.getOrDefault(id, COMMIT) : revision.value(),
            PLACE.resolve(id.value()),
            NeededFiles.of(there, List.of(), code),
            List.of(),
            new ByteSize(FILE * there.size()));
  }

  @Override
  public int verify(Snapshot snapshot, Consumer<Verified> each) {
    return 0;
  }

  @Override
  public ByteSize remove(ModelId id) {
    Set<String> gone = cached.remove(id);
    return new ByteSize(gone == null ? 0 : FILE * gone.size());
  }

  @Override
  public ModelFacts facts(Path folder, String type) {
    return facts;
  }
}
