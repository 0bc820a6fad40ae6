package dev.stoker.infrastructure.model;

import dev.stoker.application.port.out.ModelBundles;
import dev.stoker.application.port.out.ModelCache.Snapshot;
import dev.stoker.application.port.out.ModelFetcher.Watcher;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.failure.ResourceFailure.DiskFull;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Bundles as plain folders: {@code stoker-bundle.json}, and the files below {@code files}. */
final class FolderBundles implements ModelBundles {
  private static final String FILES = "files";

  private final Path cache;

  @Inject
  FolderBundles(Settings settings) {
    this.cache = settings.hubCache();
  }

  @Override
  public ByteSize write(HubModel model, Snapshot snapshot, Path folder, Watcher watcher) {
    try {
      Path from = Objects.requireNonNull(snapshot.folder());
      NeededFiles needed = Objects.requireNonNull(snapshot.needed());
      Files.createDirectories(folder.resolve(FILES));
      requireRoom(folder, snapshot.bytes().bytes() - present(folder.resolve(FILES), needed));
      FileCopy copy = new FileCopy(watcher);
      List<BundleFile> files = new ArrayList<>();
      for (String name : needed.files()) {
        Path source = from.resolve(name);
        RepoFile file = named(source, name);
        Path target = folder.resolve(FILES).resolve(name);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        String sum =
            Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
                ? FileCopy.sumOf(target, file)
                : null;
        if (sum == null) {
          Files.deleteIfExists(target);
          sum = copy.copy(source, file, unfinished(target), target);
        } else {
          copy.skip(file.size().bytes());
        }
        files.add(new BundleFile(file, sum));
      }
      new BundleList(model, snapshot.commit(), files).write(folder);
      return copy.copied();
    } catch (IOException e) {
      throw failed(model.text(), folder, e);
    }
  }

  /** {@return a file of the cache, which is called by its content} */
  private static RepoFile named(Path source, String name) throws IOException {
    try {
      String content = String.valueOf(source.toRealPath().getFileName());
      return new RepoFile(name, new ByteSize(Files.size(source)), content);
    } catch (IllegalArgumentException e) {
      throw new IOException("'" + name + "' lies in the cache without a checksum", e);
    }
  }

  private static long present(Path files, NeededFiles needed) {
    return needed.files().stream().mapToLong(name -> files.resolve(name).toFile().length()).sum();
  }

  private static Path unfinished(Path target) {
    return target.resolveSibling(target.getFileName() + CacheLayout.UNFINISHED);
  }

  private static void requireRoom(Path folder, long bytes) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (bytes > free) {
      throw new LifecycleException(
          new DiskFull(
              folder.toString(),
              new ByteSize(bytes) + " are to be written, and " + new ByteSize(free) + " are free"));
    }
  }

  @Override
  public Carried open(Path folder, boolean code) {
    try {
      BundleList list = BundleList.read(folder);
      List<RepoFile> files = list.files().stream().map(BundleFile::file).toList();
      List<String> names = files.stream().map(RepoFile::path).toList();
      Optional<String> index = NeededFiles.indexOf(names);
      List<String> indexed =
          index.isPresent() ? WeightIndex.files(small(folder, index.get())) : List.of();
      NeededFiles needed = NeededFiles.of(names, indexed, code);
      Contents contents = new Contents(list.model(), list.commit(), files, needed);
      List<BundleFile> wanted =
          list.files().stream()
              .filter(each -> needed.files().contains(each.file().path()))
              .toList();
      return new Carried() {
        @Override
        public Contents contents() {
          return contents;
        }

        @Override
        public ByteSize take(Watcher watcher) {
          return read(folder, new BundleList(list.model(), list.commit(), wanted), watcher);
        }
      };
    } catch (IOException e) {
      throw failed(folder.toString(), folder, e);
    }
  }

  private static byte[] small(Path folder, String name) throws IOException {
    Path file = carried(folder, name);
    if (Files.size(file) > ModelReader.LONGEST_INDEX) {
      throw new IOException("'" + name + "' is too large");
    }
    return Files.readAllBytes(file);
  }

  /** {@return a file of the bundle that is one, and within it: no link leads anywhere else} */
  private static Path carried(Path folder, String name) throws IOException {
    Path file = folder.resolve(FILES).resolve(name);
    boolean within = Files.exists(file) && file.toRealPath().equals(real(folder, name));
    if (!within || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("'" + name + "' is listed, and is no file of the bundle");
    }
    return file;
  }

  private static Path real(Path folder, String name) throws IOException {
    return folder.toRealPath().resolve(FILES).resolve(name);
  }

  private ByteSize read(Path folder, BundleList list, Watcher watcher) {
    try {
      CacheLayout layout = new CacheLayout(cache, list.model().id());
      Files.createDirectories(layout.blobs());
      Files.createDirectories(layout.locks());
      long missing = 0;
      for (BundleFile each : list.files()) {
        missing += Files.exists(layout.blob(each.file().etag())) ? 0 : each.file().size().bytes();
      }
      requireRoom(cache, missing);
      FileCopy copy = new FileCopy(watcher);
      for (BundleFile each : list.files()) {
        take(each, carried(folder, each.file().path()), layout, copy);
      }
      // Linked when all are there: half a model is none.
      for (BundleFile each : list.files()) {
        layout.link(list.commit(), each.file());
      }
      if (!list.model().revision().isCommit()) {
        layout.writeReference(list.model().revision(), list.commit());
      }
      return copy.copied();
    } catch (IOException e) {
      throw failed(folder.toString(), folder, e);
    }
  }

  private static void take(BundleFile each, Path source, CacheLayout layout, FileCopy copy)
      throws IOException {
    RepoFile file = each.file();
    try (HubLock _ =
        HubLock.tryTake(layout.lock(file.etag()))
            .orElseThrow(
                () ->
                    new IOException(
                        "another program is fetching '" + file.path() + "' at this moment"))) {
      Path blob = layout.blob(file.etag());
      if (Files.exists(blob) && each.sha256().equals(FileCopy.sumOf(blob, file))) {
        copy.skip(file.size().bytes());
        return;
      }
      String sum = copy.copy(source, file, layout.unfinished(file.etag()), blob);
      if (!sum.equals(each.sha256())) {
        Files.delete(blob);
        throw new IOException("the content of '" + file.path() + "' is not what the list says");
      }
    }
  }

  private static LifecycleException failed(String what, Path folder, IOException problem) {
    String words = String.valueOf(problem.getMessage());
    return new LifecycleException(
        FileFetch.isFull(problem)
            ? new DiskFull(folder.toString(), words + "; what was copied stays")
            : new FilesBroken(what, words, Evidence.none()),
        problem);
  }
}
