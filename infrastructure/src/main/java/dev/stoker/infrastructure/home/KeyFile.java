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
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keys as lines of a file that its user alone may read: name, hash, since, until ({@code -} for
 * ever). Looked at once a second, and read again when it has changed.
 */
@Singleton
final class KeyFile implements KeyStore {
  private static final long LOOK_NANOS = 1_000_000_000L;
  private static final long LARGEST = 1 << 20;
  private static final String FOR_EVER = "-";

  private final Path folder;
  private final Path file;
  private List<ClientKey> known = List.of();
  private @Nullable Object seen;
  private long lookedAt;
  private boolean looked;

  @Inject
  KeyFile(Settings settings) {
    this.folder = settings.home().state();
    this.file = folder.resolve("gateway.keys");
  }

  @Override
  public synchronized List<ClientKey> keys() {
    if (!looked || System.nanoTime() - lookedAt > LOOK_NANOS) {
      look();
      looked = true;
      lookedAt = System.nanoTime();
    }
    return known;
  }

  private void look() {
    try {
      if (!Files.exists(file)) {
        known = List.of();
        seen = null;
        return;
      }
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Object stamp = List.of(String.valueOf(now.fileKey()), now.lastModifiedTime(), now.size());
      if (!stamp.equals(seen)) {
        known = read();
        seen = stamp;
      }
    } catch (IOException e) {
      throw unusable("cannot be read: " + e);
    }
  }

  private List<ClientKey> read() throws IOException {
    if (!PrivateFiles.isPrivate(file)) {
      throw unusable("may be read by others; 'chmod 600' it");
    }
    if (Files.size(file) > LARGEST) {
      throw unusable("is larger than " + LARGEST + " bytes");
    }
    List<ClientKey> keys = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
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
      throw unusable("has a line with a time that is none: " + e.getParsedString());
    }
    throw unusable("has a line that is no key; it is written by 'stoker keys'");
  }

  @Override
  public synchronized void change(UnaryOperator<List<ClientKey>> change) {
    try {
      PrivateFiles.folder(folder);
      Path lock = PrivateFiles.file(file.resolveSibling("gateway.keys.lock"));
      try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        seen = null;
        look();
        write(change.apply(known));
        seen = null;
        looked = false;
      }
    } catch (IOException e) {
      throw unusable("cannot be written: " + e);
    }
  }

  private void write(List<ClientKey> keys) throws IOException {
    StringBuilder text = new StringBuilder("# Keys of the gateway's clients; see 'stoker keys'.\n");
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
