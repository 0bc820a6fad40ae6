package dev.stoker.infrastructure.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a configuration file that was merely found may be used: it names programs to run, so
 * nobody but the user and root may have written it.
 */
final class FileTrust {
  private FileTrust() {}

  /** {@return why it may not be used, or empty} */
  static Optional<String> problemOf(Path file) {
    try {
      Path real = file.toRealPath();
      Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      Path folder = real.getParent();
      for (Path each : folder == null ? List.of(real) : List.of(real, folder)) {
        Object owner = Files.getAttribute(each, "unix:uid");
        if (!owner.equals(self) && !owner.equals(0)) {
          return Optional.of(
              each + " belongs to " + Files.getOwner(each).getName() + ", not to this user");
        }
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(each);
        if (rights.contains(PosixFilePermission.OTHERS_WRITE)
            || rights.contains(PosixFilePermission.GROUP_WRITE)) {
          return Optional.of(
              each
                  + " (owner "
                  + Files.getOwner(each).getName()
                  + ") may be written by others (chmod go-w)");
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("its owner cannot be told: " + e.getMessage());
    }
  }
}
