package dev.stoker.infrastructure.home;

import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.infrastructure.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** The token of a home: 256 random bits in a file that its user alone may read. */
final class TokenFile {
  private static final int BYTES = 32;
  private static final int LARGEST = 256;

  private final Path file;

  TokenFile(Path file) {
    this.file = file;
  }

  /** {@return the token, or empty where none was made} */
  Optional<String> read() {
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      if (!PrivateFiles.isPrivate(file)) {
        throw unusable("may be read by others; 'chmod 600' it and restart the daemon");
      }
      String token = Files.size(file) > LARGEST ? "" : Files.readString(file).strip();
      if (token.isEmpty()) {
        throw unusable("holds no token; restart the daemon for a new one");
      }
      return Optional.of(token);
    } catch (IOException e) {
      throw unusable("cannot be read: " + e);
    }
  }

  /** Written beside, then renamed into its place: whoever reads it reads it whole. */
  String renew() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String token = HexFormat.of().formatHex(random);
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        PrivateFiles.folder(folder);
      }
      PrivateFiles.write(file, token);
      return token;
    } catch (IOException e) {
      throw unusable("cannot be written: " + e);
    }
  }

  private LifecycleException unusable(String problem) {
    return new LifecycleException(new StateUnusable(file.toString(), problem));
  }
}
