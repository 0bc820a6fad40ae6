package dev.stoker.infrastructure.model;

import dev.stoker.application.ModelFacts;
import dev.stoker.application.port.out.ModelCache;
import dev.stoker.domain.failure.Evidence;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ModelFailure.FilesBroken;
import dev.stoker.domain.model.ModelId;
import dev.stoker.domain.model.NeededFiles;
import dev.stoker.domain.model.RepoFile;
import dev.stoker.domain.model.Revision;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The cache folder of the Hub's own library (huggingface_hub {@code constants.py}). */
final class FileModelCache implements ModelCache {
  /** The formats of weights that vLLM reads. */
  private static final List<String> WEIGHTS = List.of(".safetensors", ".bin", ".pt", ".gguf");

  /** Revision, folders of the repository, file. */
  private static final int DEEP = 4;

  private static final int BUFFER = 1 << 18;

  private final Path cache;

  @Inject
  FileModelCache(Settings settings) {
    this.cache = settings.hubCache();
  }

  @Override
  public Path place() {
    return cache;
  }

  private CacheLayout layout(ModelId id) {
    return new CacheLayout(cache, id);
  }

  @Override
  public Cached look(ModelId id) {
    CacheLayout layout = layout(id);
    try {
      long bytes = sizes(layout.blobs(), _ -> true);
      boolean unfinished = sizes(layout.blobs(), FileModelCache::isUnfinished) > 0;
      return new Cached(new ByteSize(bytes), !unfinished && hasWeights(layout.snapshots()));
    } catch (IOException | DirectoryIteratorException e) {
      // Nothing there yet, or a file was renamed at this moment: the next look counts it.
      return new Cached(new ByteSize(0), false);
    }
  }

  private static boolean isUnfinished(Path file) {
    return String.valueOf(file.getFileName()).endsWith(CacheLayout.UNFINISHED);
  }

  private static long sizes(Path folder, Predicate<Path> wanted) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        bytes += wanted.test(file) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }

  private static boolean hasWeights(Path snapshots) {
    try (Stream<Path> files = Files.find(snapshots, DEEP, (file, _) -> isWeights(file))) {
      return files.findAny().isPresent();
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static boolean isWeights(Path file) {
    String name = file.getFileName().toString();
    return WEIGHTS.stream().anyMatch(name::endsWith);
  }

  @Override
  public List<CachedModel> list() {
    List<CachedModel> models = new ArrayList<>();
    for (Path folder : foldersOf(cache)) {
      CacheLayout.modelOf(String.valueOf(folder.getFileName()))
          .map(this::cached)
          .filter(model -> model.bytes().bytes() > 0)
          .ifPresent(models::add);
    }
    models.sort(Comparator.comparing(model -> model.id().value()));
    return models;
  }

  private CachedModel cached(ModelId id) {
    CacheLayout layout = layout(id);
    List<String> commits =
        foldersOf(layout.snapshots()).stream()
            .sorted(Comparator.comparing(FileModelCache::changedAt).reversed())
            .map(folder -> String.valueOf(folder.getFileName()))
            .toList();
    return new CachedModel(
        id, commits, new ByteSize(onDisk(layout.folder())), new ByteSize(unfinished(layout)));
  }

  private static long changedAt(Path folder) {
    return folder.toFile().lastModified();
  }

  private static List<Path> foldersOf(Path folder) {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, Files::isDirectory)) {
      all.forEach(folders::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return folders;
  }

  private static long unfinished(CacheLayout layout) {
    try {
      return sizes(layout.blobs(), FileModelCache::isUnfinished);
    } catch (IOException | DirectoryIteratorException e) {
      return 0;
    }
  }

  /** Links take nothing: what they lead to is counted where it is. */
  private static long onDisk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  @Override
  public Snapshot examine(ModelId id, Revision revision, boolean code) {
    CacheLayout layout = layout(id);
    Optional<String> commit = layout.commit(revision);
    Path folder = layout.snapshot(commit.orElse("none"));
    return commit.isPresent() && Files.isDirectory(folder)
        ? examine(commit.get(), folder, code)
        : new Snapshot("", null, null, List.of(), new ByteSize(0));
  }

  private static Snapshot examine(String commit, Path folder, boolean code) {
    FolderFiles files = new FolderFiles(folder);
    List<String> damaged = new ArrayList<>();
    NeededFiles needed = null;
    long bytes = 0;
    try {
      needed = ModelReader.needed(files, code);
      for (String file : needed.files()) {
        bytes += files.size(file);
        ModelReader.damage(files, file).ifPresent(damaged::add);
      }
    } catch (IOException e) {
      damaged.add("its files cannot be read: " + e.getMessage());
    }
    return new Snapshot(commit, folder, needed, damaged, new ByteSize(bytes));
  }

  @Override
  public int verify(Snapshot snapshot, Consumer<Verified> each) {
    Path folder = snapshot.folder();
    NeededFiles needed = snapshot.needed();
    if (folder == null || needed == null) {
      return 0;
    }
    int compared = 0;
    for (String name : needed.files()) {
      Path file = folder.resolve(name);
      try {
        RepoFile named =
            new RepoFile(
                name,
                new ByteSize(Files.size(file)),
                String.valueOf(file.toRealPath().getFileName()));
        each.accept(new Verified(name, named.size(), problem(file, named)));
        compared++;
      } catch (IllegalArgumentException e) {
        // Not named by a checksum: a file that lies in the folder itself.
        each.accept(new Verified(name, new ByteSize(file.toFile().length()), ""));
      } catch (IOException e) {
        each.accept(new Verified(name, new ByteSize(0), "cannot be read: " + e.getMessage()));
      }
    }
    return compared;
  }

  private static String problem(Path file, RepoFile named) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream content = Files.newInputStream(file);
        ContentName name = ContentName.of(named)) {
      int read = content.read(buffer);
      while (read >= 0) {
        name.add(buffer, read);
        read = content.read(buffer);
      }
      return name.isRight() ? "" : "is not what its checksum says";
    }
  }

  @Override
  public ByteSize remove(ModelId id) {
    CacheLayout layout = layout(id);
    long bytes = onDisk(layout.folder());
    if (!Files.exists(layout.folder(), LinkOption.NOFOLLOW_LINKS)) {
      return new ByteSize(0);
    }
    List<HubLock> locks = new ArrayList<>();
    try {
      lockUnfinished(layout, locks);
      PrivateFiles.removeTree(layout.folder());
      PrivateFiles.removeTree(layout.locks());
      return new ByteSize(bytes);
    } catch (IOException e) {
      throw broken(id.value(), "cannot be removed: " + e.getMessage(), e);
    } finally {
      locks.forEach(HubLock::close);
    }
  }

  /** What another program fetches at this moment is not taken from under it. */
  private static void lockUnfinished(CacheLayout layout, List<HubLock> locks) throws IOException {
    if (!Files.isDirectory(layout.locks())) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.locks(), "*.lock")) {
      for (Path file : files) {
        locks.add(
            HubLock.tryTake(file)
                .orElseThrow(
                    () -> new IOException("another program is fetching it at this moment")));
      }
    }
  }

  @Override
  public ModelFacts facts(Path folder, String type) {
    try {
      return ModelReader.read(new FolderFiles(folder), type);
    } catch (IOException e) {
      throw broken(folder.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private static LifecycleException broken(String model, String problem, IOException cause) {
    return new LifecycleException(new FilesBroken(model, problem, Evidence.none()), cause);
  }
}
