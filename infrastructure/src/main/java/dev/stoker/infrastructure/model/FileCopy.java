package dev.stoker.infrastructure.model;

import dev.stoker.application.port.out.ModelFetcher.Watcher;
import dev.stoker.domain.failure.LifecycleException;
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
import org.jspecify.annotations.Nullable;

/**
 * Copies a file to its place, and gives it its name there only when its content is what it should
 * be. What an interrupted copy left is read again and gone on with. For one thread.
 */
final class FileCopy {
  private static final int BUFFER = 1 << 18;

  private final Watcher watcher;

  /** What was there before this file, and with what was copied of it. */
  private long there;

  private long copied;

  FileCopy(Watcher watcher) {
    this.watcher = watcher;
  }

  /** {@return how much was copied, of all files} */
  ByteSize copied() {
    return new ByteSize(copied);
  }

  /** A file that need not be copied is there. */
  void skip(long bytes) {
    there += bytes;
    watcher.moved(new ByteSize(there));
  }

  /**
   * Copies one.
   *
   * @param wanted what it should be
   * @param unfinished where it is until it is whole
   * @param target its place
   * @return its SHA-256
   * @throws IOException when it cannot be copied, or its content is another
   */
  String copy(Path source, RepoFile wanted, Path unfinished, Path target) throws IOException {
    if (Files.size(source) != wanted.size().bytes()) {
      throw new IOException(
          "'"
              + wanted.path()
              + "' has "
              + Files.size(source)
              + " bytes, and should have "
              + wanted.size().bytes());
    }
    try (Sha256 sum = new Sha256();
        ContentName name = ContentName.of(wanted);
        InputStream from = Files.newInputStream(source);
        FileChannel to =
            FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long begun = reread(unfinished, Math.min(to.size(), wanted.size().bytes()), sum, name);
      to.truncate(begun);
      to.position(begun);
      from.skipNBytes(begun);
      skip(begun);
      byte[] buffer = new byte[BUFFER];
      long left = wanted.size().bytes() - begun;
      for (int read = from.read(buffer); read >= 0 && left > 0; read = from.read(buffer)) {
        read = (int) Math.min(read, left);
        left -= read;
        if (watcher.isCancelled()) {
          throw new LifecycleException(new Cancelled("no more is wanted"));
        }
        sum.update(buffer, read);
        name.add(buffer, read);
        for (ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read); rest.hasRemaining(); ) {
          int _ = to.write(rest);
        }
        copied += read;
        skip(read);
      }
      to.force(true);
      if (!name.isRight()) {
        Files.delete(unfinished);
        throw new IOException("the content of '" + wanted.path() + "' is not what it should be");
      }
      String hex = sum.hex();
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return hex;
    }
  }

  /** {@return the SHA-256 of a file that is what it should be; null of one that is not} */
  static @Nullable String sumOf(Path file, RepoFile wanted) throws IOException {
    if (Files.size(file) != wanted.size().bytes()) {
      return null;
    }
    try (Sha256 sum = new Sha256();
        ContentName name = ContentName.of(wanted)) {
      reread(file, wanted.size().bytes(), sum, name);
      return name.isRight() ? sum.hex() : null;
    }
  }

  private static long reread(Path unfinished, long length, Sha256 sum, ContentName name)
      throws IOException {
    long reread = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream begun = Files.newInputStream(unfinished)) {
      while (reread < length) {
        int read = begun.read(buffer, 0, (int) Math.min(BUFFER, length - reread));
        if (read < 0) {
          return reread;
        }
        sum.update(buffer, read);
        name.add(buffer, read);
        reread += read;
      }
    }
    return reread;
  }
}
