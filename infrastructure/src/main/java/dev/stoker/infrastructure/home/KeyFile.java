package dev.stoker.infrastructure.home;

import dev.stoker.application.ClientKey;
import dev.stoker.application.port.out.KeyStore;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keys as lines of a file that its user alone may read: name, hash, since, until ({@code -} for
 * ever). Looked at once a second, and read again when it has changed.
 */
@Singleton
final class KeyFile implements KeyStore {
  private static final String HEADER = "# Keys of the gateway's clients; see 'stoker keys'.";
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long LARGEST = 256 * 1024;
  private static final String FOR_EVER = "-";

  private final Path folder;
  private final Path file;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile @Nullable Seen seen;

  /**
   * What a look found.
   *
   * @param keys that are there; empty where the file cannot be used
   * @param problem why it cannot be; null where it can
   * @param stamp tells one content from another; null for no file
   * @param atNanos when it was looked
   */
  private record Seen(
      List<ClientKey> keys,
      @Nullable LifecycleException problem,
      @Nullable Object stamp,
      long atNanos) {
    boolean isOlderThan(long nanos) {
      return System.nanoTime() - atNanos > nanos;
    }

    List<ClientKey> orThrow() {
      if (problem != null) {
        throw problem;
      }
      return keys;
    }
  }

  @Inject
  KeyFile(Settings settings) {
    this.folder = settings.home().state();
    this.file = folder.resolve("gateway.keys");
  }

  /** One of the threads that ask looks; the others take what was seen a moment ago. */
  @Override
  public List<ClientKey> keys() {
    Seen known = seen;
    if (known != null && !known.isOlderThan(LOOK_NANOS)) {
      return known.orThrow();
    }
    if (known == null || known.isOlderThan(2 * LOOK_NANOS)) {
      looking.lock();
    } else if (!looking.tryLock()) {
      return known.orThrow();
    }
    try {
      return look().orThrow();
    } finally {
      looking.unlock();
    }
  }

  /** Whatever it finds holds for a second: a bad file is not read for each request. */
  private Seen look() {
    Seen before = seen;
    if (before != null && !before.isOlderThan(LOOK_NANOS)) {
      return before;
    }
    Object stamp = null;
    Seen now;
    try {
      stamp = stamp();
      now =
          before != null && before.problem() == null && Objects.equals(stamp, before.stamp())
              ? new Seen(before.keys(), null, stamp, System.nanoTime())
              : new Seen(stamp == null ? List.of() : read(), null, stamp, System.nanoTime());
    } catch (IOException e) {
      now = new Seen(List.of(), unusable("cannot be read: " + e), stamp, System.nanoTime());
    } catch (LifecycleException e) {
      now = new Seen(List.of(), e, stamp, System.nanoTime());
    }
    seen = now;
    return now;
  }

  /** {@return null for no file: of one that cannot be seen nobody knows whether it holds keys} */
  private @Nullable Object stamp() throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return List.of(String.valueOf(now.fileKey()), now.lastModifiedTime(), now.size());
    } catch (NoSuchFileException e) {
      if (Files.isSymbolicLink(file)) {
        throw e;
      }
      return null;
    }
  }

  private List<ClientKey> read() throws IOException {
    if (!PrivateFiles.isPrivate(file)) {
      throw unusable("may be read by others; 'chmod 600' it");
    }
    if (Files.size(file) > LARGEST) {
      throw unusable("is larger than " + LARGEST + " bytes");
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
      // One that was cut to nothing must not let everybody in.
      throw unusable("does not begin as 'stoker keys' writes it; remove it to begin anew");
    }
    List<ClientKey> keys = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        keys.add(key(line));
      }
    }
    return List.copyOf(keys);
  }

  private ClientKey key(String line) {
    String[] words = line.strip().split(" +", -1);
    try {
      if (words.length == 4 && ClientKey.isName(words[0]) && words[1].matches("[0-9a-f]{64}")) {
        Instant until = words[3].equals(FOR_EVER) ? null : Instant.parse(words[3]);
        return new ClientKey(words[0], words[1], Instant.parse(words[2]), until);
      }
    } catch (DateTimeParseException e) {
      throw unusable("has a line with a time that is none");
    }
    throw unusable("has a line that is no key; it is written by 'stoker keys'");
  }

  @Override
  public void change(UnaryOperator<List<ClientKey>> change) {
    looking.lock();
    try {
      PrivateFiles.folder(folder);
      Path lock = PrivateFiles.file(file.resolveSibling("gateway.keys.lock"));
      try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        seen = null;
        write(change.apply(look().orThrow()));
      }
    } catch (IOException e) {
      throw unusable("cannot be written: " + e);
    } finally {
      seen = null;
      looking.unlock();
    }
  }

  private void write(List<ClientKey> keys) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (ClientKey key : keys) {
      Instant until = key.until();
      text.append(key.name()).append(' ').append(key.hash()).append(' ');
      text.append(key.since()).append(' ').append(until == null ? FOR_EVER : until).append('\n');
    }
    PrivateFiles.write(file, text.toString());
  }

  private LifecycleException unusable(String problem) {
    return new LifecycleException(new StateUnusable(file.toString(), problem));
  }
}
