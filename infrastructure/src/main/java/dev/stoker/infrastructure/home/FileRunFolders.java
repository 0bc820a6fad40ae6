package dev.stoker.infrastructure.home;

import dev.stoker.application.port.out.RunFolders;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders of launches below the home's runtime folder; logs below its state folder. */
final class FileRunFolders implements RunFolders {
  private static final Logger log = LoggerFactory.getLogger(FileRunFolders.class);

  /** A socket's path has 107 bytes; the servers' own names in the temporary folder take 37. */
  private static final int LONGEST_TMP = 107 - 38;

  private static final int NAME_LENGTH = 12;
  private static final int KEPT_LOGS = 10;

  private final Path runtime;
  private final Path shortRuntime;
  private final Path logs;

  @Inject
  FileRunFolders(Settings settings) {
    this.runtime = settings.home().runtime();
    this.shortRuntime =
        Path.of("/tmp", "stoker-" + Integer.toHexString(runtime.toString().hashCode()));
    this.logs = settings.home().logs();
  }

  @Override
  public Folder locate(ServiceName service, long epoch) {
    String text = service.value();
    String cut = text.length() > NAME_LENGTH ? text.substring(0, NAME_LENGTH) : text;
    String name = cut + "-" + Integer.toHexString(text.hashCode()) + "-" + epoch;
    Path usual = runtime.resolve(name);
    Path folder =
        usual.resolve("tmp").toString().length() > LONGEST_TMP ? shortRuntime.resolve(name) : usual;
    return new Folder(folder, logs.resolve(text).resolve(epoch + ".log"));
  }

  @Override
  public List<Path> logs(ServiceName service) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(logs.resolve(service.value()), "[0-9]*.log")) {
      entries.forEach(files::add);
    } catch (IOException e) {
      // No such folder: never launched.
      return List.of();
    }
    files.sort(Comparator.comparing(FileRunFolders::numberOf));
    return files;
  }

  private static long numberOf(Path log) {
    String digits = String.valueOf(log.getFileName()).replaceAll("\\D", "");
    return digits.isEmpty() || digits.length() > 18 ? 0 : Long.parseLong(digits);
  }

  @Override
  public Folder create(ServiceName service, long epoch) {
    Folder folder = locate(service, epoch);
    try {
      // What an earlier launch of this number left would be taken for this one's.
      PrivateFiles.removeTree(folder.path());
      Path above = folder.path().getParent();
      if (above != null) {
        ownFolder(above);
      }
      PrivateFiles.folder(folder.path().resolve("work"));
      PrivateFiles.folder(folder.path().resolve("tmp"));
      Path logFolder = PrivateFiles.folder(logs.resolve(service.value()));
      removeOldLogs(logFolder);
      Files.deleteIfExists(folder.log());
      Files.deleteIfExists(besideOf(folder.log()));
      PrivateFiles.file(folder.log());
      return folder;
    } catch (IOException e) {
      throw new LifecycleException(
          new StateUnusable(folder.path().toString(), "cannot be made: " + e), e);
    }
  }

  /** In the world-writable {@code /tmp} somebody else may have made the folder first. */
  private static void ownFolder(Path folder) throws IOException {
    PrivateFiles.folder(folder);
    Object owner = Files.getAttribute(folder, "unix:uid");
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!owner.equals(self)) {
      throw new IOException(folder + " belongs to another user (uid " + owner + ")");
    }
  }

  private static void removeOldLogs(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.log")) {
      entries.forEach(files::add);
    }
    files.sort(Comparator.comparing(FileRunFolders::numberOf).reversed());
    for (Path old : files.subList(Math.min(KEPT_LOGS - 1, files.size()), files.size())) {
      Files.deleteIfExists(old);
      Files.deleteIfExists(besideOf(old));
    }
  }

  /** {@return the file that says what of an output was dropped} */
  private static Path besideOf(Path log) {
    return log.resolveSibling(log.getFileName() + ".dropped");
  }

  @Override
  public void remove(Path folder) {
    // The runtime folder may be another than when it was made (XDG_RUNTIME_DIR comes with a login),
    // but its shape is the same: nothing of another shape is ever removed.
    if (!isRunFolder(folder)) {
      log.atWarn().addKeyValue("folder", folder).log("no folder of a launch; left as it is");
      return;
    }
    try {
      PrivateFiles.removeTree(folder);
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("problem", e.getMessage())
          .log("folder of a launch not removed");
    }
  }

  private static boolean isRunFolder(Path folder) {
    String name = String.valueOf(folder.getFileName());
    Path above = folder.getParent();
    String aboveName = above == null ? "" : String.valueOf(above.getFileName());
    return name.matches(".+-[0-9a-f]{1,8}-\\d{1,18}") && aboveName.matches("run|stoker|stoker-.*");
  }
}
