package dev.stoker.infrastructure.process;

import dev.stoker.domain.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /proc} (proc(5), Linux). Any read may fail because the process has just ended or is
 * another user's: that is normal, and means "nothing known". A read that fails for a reason of our
 * own, such as too many open files, throws {@code UncheckedIOException}: nobody is to be taken for
 * gone because we could not look.
 */
final class ProcFs {
  private static final Path ROOT = Path.of("/proc");
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final int LONGEST_COMMAND = 200;

  private ProcFs() {}

  /**
   * A line of {@code /proc/PID/stat}.
   *
   * @param state the letter, {@code Z} for a zombie
   * @param session the pid of the session's leader
   * @param ticks user and system time used, in clock ticks
   * @param startTicks from boot to its start, in clock ticks
   */
  record Stat(
      long pid,
      String command,
      char state,
      long parent,
      long session,
      long ticks,
      long startTicks) {
    boolean isZombie() {
      return state == 'Z' || state == 'X';
    }

    ProcessIdentity identity(String bootId) {
      return new ProcessIdentity(pid, startTicks, bootId);
    }
  }

  static String bootId() {
    return Boot.ID;
  }

  /** Read once: as long as this process lives, it is one boot. */
  private static final class Boot {
    private static final String ID = read();

    private static String read() {
      try {
        return Files.readString(ROOT.resolve("sys/kernel/random/boot_id")).strip();
      } catch (IOException e) {
        return "unknown";
      }
    }
  }

  /** {@return every process there is now} */
  static List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(ROOT)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (Character.isDigit(name.charAt(0))) {
          pids.add(Long.valueOf(name));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("/proc cannot be read", e);
    }
    return pids;
  }

  static @Nullable Stat stat(long pid) {
    String text = text(pid, "stat");
    // The command stands in parentheses and may hold any character, parentheses too.
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    if (open < 0 || close < 0) {
      return null;
    }
    String[] fields = text.substring(close + 2).split(" ", -1);
    if (fields.length < 20) {
      return null;
    }
    return new Stat(
        pid,
        text.substring(open + 1, close),
        fields[0].charAt(0),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
        Long.parseLong(fields[19]));
  }

  /** {@return whether that very process lives; a zombie does not} */
  static boolean isAlive(ProcessIdentity process) {
    Stat stat = stat(process.pid());
    return stat != null
        && !stat.isZombie()
        && stat.startTicks() == process.startTicks()
        && bootId().equals(process.bootId());
  }

  /** {@return the value of a variable in a process's environment, or null} */
  static @Nullable String variable(long pid, String name) {
    String start = name + "=";
    for (String entry : text(pid, "environ").split("\0", -1)) {
      if (entry.startsWith(start)) {
        return entry.substring(start.length());
      }
    }
    return null;
  }

  /**
   * {@return what an open file of a process is, such as a path or {@code socket:[123]}; or empty}
   */
  static String openFile(long pid, String descriptor) {
    try {
      return Files.readSymbolicLink(ROOT.resolve(pid + "/fd/" + descriptor)).toString();
    } catch (IOException e) {
      // A symbolic link is read without a descriptor of our own.
      return "";
    }
  }

  /** {@return what all open files of a process are} */
  static Set<String> openFiles(long pid) {
    Set<String> targets = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(ROOT.resolve(pid + "/fd"))) {
      for (Path entry : entries) {
        targets.add(openFile(pid, String.valueOf(entry.getFileName())));
      }
    } catch (NoSuchFileException | AccessDeniedException e) {
      return targets;
    } catch (IOException e) {
      throwIfOurs(e);
    }
    return targets;
  }

  /**
   * {@return the files of /dev/shm that a process maps, by name}
   *
   * <p>Found by inode: whoever makes a named semaphore maps it under a passing name, which is gone
   * when it gets its own (sem_open(3) in glibc).
   */
  static Set<String> sharedMemory(long pid) {
    Set<String> inodes = new TreeSet<>();
    text(pid, "maps")
        .lines()
        .filter(line -> line.contains(SHARED_MEMORY.toString()))
        .forEach(line -> inodes.add(line.split(" +", 6)[4]));
    return inodes.isEmpty() ? Set.of() : namesOf(inodes);
  }

  private static Set<String> namesOf(Set<String> inodes) {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(SHARED_MEMORY)) {
      for (Path file : files) {
        Object inode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        if (inodes.contains(String.valueOf(inode))) {
          names.add(String.valueOf(file.getFileName()));
        }
      }
    } catch (IOException e) {
      // One went while it was looked at: the next look has the others.
      return names;
    }
    return names;
  }

  /** {@return the command line, shortened; the kernel's name of the process where there is none} */
  static String commandLine(long pid) {
    String line = text(pid, "cmdline").replace('\0', ' ').strip();
    if (line.isEmpty()) {
      Stat stat = stat(pid);
      return stat == null ? "" : stat.command();
    }
    return line.length() > LONGEST_COMMAND ? line.substring(0, LONGEST_COMMAND) + "…" : line;
  }

  /** {@return the path as the kernel shows it for open files} */
  static String realPath(Path file) {
    try {
      return file.toRealPath().toString();
    } catch (IOException e) {
      return file.toString();
    }
  }

  static String waitingIn(long pid) {
    String function = text(pid, "wchan").strip();
    return function.equals("0") ? "" : function;
  }

  private static String text(long pid, String file) {
    try {
      return new String(
          Files.readAllBytes(ROOT.resolve(pid + "/" + file)), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return "";
    } catch (IOException e) {
      throwIfOurs(e);
      return "";
    }
  }

  /** Of a process that ends while it is read, and of another user's, the kernel says these. */
  private static void throwIfOurs(IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean theirs =
        message.contains("No such process")
            || message.contains("Permission denied")
            || message.contains("Operation not permitted")
            || message.contains("Invalid argument");
    if (!theirs) {
      throw new UncheckedIOException(e);
    }
  }
}
