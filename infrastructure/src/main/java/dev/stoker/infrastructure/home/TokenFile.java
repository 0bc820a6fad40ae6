package dev.stoker.infrastructure.home;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.infrastructure.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The token of a home: 256 random bits in a file that its user alone may read. */
final class TokenFile {
  private static final int BYTES = 32;
  private static final int LARGEST = 256;
  private static final Set<PosixFilePermission> ALLOWED =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;

  TokenFile(Path file) {
    this.file = file;
  }

  String read() {
    try {
      return Files.exists(file) ? readWritten() : make();
    } catch (IOException e) {
      throw unusable("cannot be read or made: " + e);
    }
  }

  private String readWritten() throws IOException {
    if (!ALLOWED.containsAll(Files.getPosixFilePermissions(file))) {
      throw unusable("may be read by others; 'chmod 600' it, or remove it for a new one");
    }
    if (Files.size(file) > LARGEST) {
      throw unusable("is no token: it is too large; remove it for a new one");
    }
    String token = Files.readString(file).strip();
    if (token.isEmpty()) {
      throw unusable("is empty; remove it for a new one");
    }
    return token;
  }

  /** Beside, then linked into its place: whoever reads it reads it whole, and all read the same. */
  private String make() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      PrivateFiles.folder(folder);
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    Path beside = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      PrivateFiles.file(beside);
      Files.writeString(beside, HexFormat.of().formatHex(random));
      Files.createLink(file, beside);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster: its token is the token.
      return readWritten();
    } finally {
      Files.deleteIfExists(beside);
    }
    return readWritten();
  }

  private LifecycleException unusable(String problem) {
    return new LifecycleException(new StateUnusable(file.toString(), problem));
  }
}
