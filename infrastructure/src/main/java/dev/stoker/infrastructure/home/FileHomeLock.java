package dev.stoker.infrastructure.home;

import dev.stoker.application.port.out.HomeLock;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.HomeInUse;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import dev.stoker.infrastructure.PrivateFiles;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file lock that the kernel frees when its owner dies; in the file stands who that is. */
@Singleton
final class FileHomeLock implements HomeLock {
  private static final int LONGEST_NOTE = 512;

  private final Path file;
  private @Nullable FileChannel channel;

  @Inject
  FileHomeLock(Settings settings) {
    this.file = settings.home().lock();
  }

  @Override
  public synchronized void acquire(String what) {
    if (channel != null) {
      throw inUse();
    }
    FileChannel opened = null;
    try {
      Path folder = file.getParent();
      if (folder != null) {
        PrivateFiles.folder(folder);
      }
      PrivateFiles.file(file);
      opened = FileChannel.open(file, StandardOpenOption.WRITE);
      if (lock(opened) == null) {
        opened.close();
        throw inUse();
      }
      note(opened, ProcessHandle.current().pid() + " " + what);
      channel = opened;
    } catch (IOException e) {
      throw new LifecycleException(new StateUnusable(file.toString(), "cannot be locked: " + e), e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void note(FileChannel channel, String text) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  private LifecycleException inUse() {
    String[] owner = owner().split(" ", 2);
    long pid = owner[0].matches("\\d{1,18}") ? Long.parseLong(owner[0]) : 0;
    String what = owner.length > 1 ? owner[1] : "starting";
    return new LifecycleException(new HomeInUse(pid, what, String.valueOf(file.getParent())));
  }

  private String owner() {
    try {
      String note = Files.readString(file);
      return note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note;
    } catch (IOException e) {
      return "0";
    }
  }

  @Override
  public synchronized void release() {
    FileChannel held = channel;
    channel = null;
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        // Closed or not, the kernel frees the lock when this process ends.
        return;
      }
    }
  }
}
