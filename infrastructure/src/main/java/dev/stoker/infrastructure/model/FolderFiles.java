package dev.stoker.infrastructure.model;

import dev.stoker.domain.model.RepoFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * A model in a folder: the user's own, or a snapshot of the Hub's cache, whose files are links.
 *
 * @param folder where it is
 */
record FolderFiles(Path folder) implements ModelFiles {
  /** Deeper than any model has folders. */
  private static final int DEEPEST = 8;

  private static final int MOST = 100_000;

  @Override
  public Collection<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(Files::isRegularFile)
          .limit(MOST)
          .map(file -> folder.relativize(file).toString())
          .filter(name -> RepoFile.problemOf(name).isEmpty())
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(at(name));
  }

  @Override
  public byte[] read(String name, long from, int most) throws IOException {
    try (FileChannel channel = FileChannel.open(at(name), StandardOpenOption.READ)) {
      ByteBuffer part =
          ByteBuffer.allocate((int) Math.min(most, Math.max(0, channel.size() - from)));
      int read = 0;
      while (part.hasRemaining() && read >= 0) {
        read = channel.read(part, from + part.position());
      }
      return Arrays.copyOf(part.array(), part.position());
    }
  }

  private Path at(String name) throws NoSuchFileException {
    if (RepoFile.problemOf(name).isPresent()) {
      throw new NoSuchFileException(name);
    }
    return folder.resolve(name);
  }
}
