package dev.stoker.infrastructure.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells from {@code /proc/locks} (proc(5)) whether somebody holds a lock on a file: to try for it
 * oneself would turn away, for that moment, whoever comes to take it.
 */
final class HeldLocks {
  private HeldLocks() {}

  static boolean isHeld(Path file) {
    try {
      String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
      for (String line : Files.readAllLines(Path.of("/proc/locks"))) {
        if (line.contains(inode) && line.contains("WRITE") && !line.contains("->")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // No such file, so no owner.
      return false;
    }
  }
}
