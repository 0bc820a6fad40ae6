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
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file lock that the kernel frees when its owner dies; in the file stands who that is. */
@Singleton
final class FileHomeLock implements HomeLock {
  private static final int LONGEST_NOTE = 512;

  private final Path file;
  private final TokenFile token;
  private @Nullable FileChannel channel;
  private String note = "";
  private String announced = "";

  @Inject
  FileHomeLock(Settings settings) {
    this.file = settings.home().lock();
    this.token = new TokenFile(settings.home().token());
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
      note = ProcessHandle.current().pid() + " " + what;
      write(opened, note);
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

  @Override
  public synchronized void announce(URI address) {
    FileChannel held = channel;
    if (held == null) {
      throw new IllegalStateException("the home is not taken");
    }
    try {
      write(held, note + "\n" + address);
      announced = address.toString();
    } catch (IOException e) {
      throw new LifecycleException(
          new StateUnusable(file.toString(), "cannot be written: " + e), e);
    }
  }

  @Override
  public synchronized Optional<Owner> owner() {
    if (channel != null) {
      // The kernel frees a process's lock when that process closes the file, whoever opened it: the
      // owner must not read it.
      return parse(announced.isEmpty() ? note : note + "\n" + announced);
    }
    return HeldLocks.isHeld(file) ? parse(owned()) : Optional.empty();
  }

  private static Optional<Owner> parse(String text) {
    String[] lines = text.strip().split("\n", -1);
    String[] words = lines[0].split(" ", 2);
    if (words[0].isBlank()) {
      return Optional.empty();
    }
    long pid = words[0].matches("\\d{1,18}") ? Long.parseLong(words[0]) : 0;
    String what = words.length > 1 ? words[1] : "starting";
    return Optional.of(new Owner(pid, what, lines.length > 1 ? address(lines[1]) : null));
  }

  private static @Nullable URI address(String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      return null;
    }
  }

  @Override
  public String newToken() {
    return token.renew();
  }

  @Override
  public Optional<String> token() {
    return token.read();
  }

  /** Written, then cut: whoever reads meanwhile finds more than there is, not less. */
  private static void write(FileChannel channel, String text) throws IOException {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    channel.write(ByteBuffer.wrap(bytes), 0);
    channel.truncate(bytes.length);
  }

  private LifecycleException inUse() {
    String noted = channel == null ? owned() : note;
    Owner owner = parse(noted).orElseGet(() -> new Owner(0, "starting", null));
    return new LifecycleException(
        new HomeInUse(owner.pid(), owner.what(), String.valueOf(file.getParent())));
  }

  private String owned() {
    try {
      String note = Files.readString(file);
      return note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note;
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public synchronized void release() {
    FileChannel held = channel;
    channel = null;
    announced = "";
    if (held != null) {
      try {
        // Nobody is to look for a daemon that has gone.
        held.truncate(0);
        held.close();
      } catch (IOException e) {
        // Closed or not, the kernel frees the lock when this process ends.
        return;
      }
    }
  }
}
