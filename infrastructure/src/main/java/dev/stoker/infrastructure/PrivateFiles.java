package dev.stoker.infrastructure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Folders and files that only their user may read: 0700 and 0600. */
public final class PrivateFiles {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private PrivateFiles() {}

  /**
   * Makes a folder, and those above it that are missing; one that is there is left as it is.
   *
   * @throws IOException when it cannot be made
   */
  public static Path folder(Path folder) throws IOException {
    FileAttribute<?> rights = PosixFilePermissions.asFileAttribute(FOLDER);
    return Files.createDirectories(folder, rights);
  }

  /**
   * Makes an empty file where there is none, and gives it these rights.
   *
   * @throws IOException when it cannot be made
   */
  public static Path file(Path file) throws IOException {
    try {
      return Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
    } catch (FileAlreadyExistsException e) {
      return Files.setPosixFilePermissions(file, FILE);
    }
  }

  /**
   * {@return whether nobody but its user may read or write it}
   *
   * @throws IOException when that cannot be seen
   */
  public static boolean isPrivate(Path file) throws IOException {
    return FILE.containsAll(Files.getPosixFilePermissions(file));
  }

  /**
   * Writes a text into a private file: beside it, then renamed into its place, so that whoever
   * reads it reads it whole. What an earlier, broken attempt left beside it is not written into.
   *
   * @throws IOException when it cannot be written; the file is then as it was
   */
  public static void write(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    file(fresh);
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      // A machine that loses its power must not leave an empty file in its place.
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Removes a folder with everything in it; links are removed, not followed. Of one that is not
   * there, nothing.
   *
   * @throws IOException when something in it cannot be removed
   */
  public static void removeTree(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
