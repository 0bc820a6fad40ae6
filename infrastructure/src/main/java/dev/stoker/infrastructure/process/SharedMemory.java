package dev.stoker.infrastructure.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shared memory segments that a killed server cannot remove any more. */
final class SharedMemory {
  private static final Logger log = LoggerFactory.getLogger(SharedMemory.class);
  private static final Path FOLDER = Path.of("/dev/shm");

  private SharedMemory() {}

  /**
   * Removes those of these segments that are our user's and that no living process maps.
   *
   * @param names file names in /dev/shm, as a server of ours was seen to map them
   */
  static void removeUnused(Set<String> names) {
    Set<String> present = new HashSet<>();
    for (String name : names) {
      if (!name.contains("/") && Files.exists(FOLDER.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        present.add(name);
      }
    }
    if (present.isEmpty()) {
      return;
    }
    for (long pid : ProcFs.pids()) {
      present.removeAll(ProcFs.sharedMemory(pid));
    }
    present.forEach(SharedMemory::remove);
  }

  private static void remove(String name) {
    Path segment = FOLDER.resolve(name);
    try {
      Object owner = Files.getAttribute(segment, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (owner.equals(self)) {
        Files.deleteIfExists(segment);
      }
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("segment", segment)
          .addKeyValue("problem", e.getMessage())
          .log("shared memory not removed");
    }
  }
}
