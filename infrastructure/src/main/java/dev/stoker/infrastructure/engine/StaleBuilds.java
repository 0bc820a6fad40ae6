package dev.stoker.infrastructure.engine;

import dev.stoker.infrastructure.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What installations left that were killed: builds of processes that live no more. */
final class StaleBuilds {
  private StaleBuilds() {}

  static void remove(Path engines) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(engines, ".{building,old}-*")) {
      for (Path folder : folders) {
        String name = String.valueOf(folder.getFileName());
        String pid = name.replaceFirst("\\.building-", "");
        boolean builds =
            pid.matches("\\d{1,9}")
                && ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
        if (!builds) {
          PrivateFiles.removeTree(folder);
        }
      }
    } catch (IOException e) {
      // In the way of nothing: it only takes space, and the next installation tries again.
      return;
    }
  }
}
