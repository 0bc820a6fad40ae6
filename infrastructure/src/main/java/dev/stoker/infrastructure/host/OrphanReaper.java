package dev.stoker.infrastructure.host;

import dev.stoker.application.port.out.Scheduler;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes leave of dead processes whose parent died before them: the kernel gives those to the first
 * process, and they stay as zombies until it waits for them (wait(2)). The JDK waits for its own
 * children at once; one that is a zombie at two looks in a row is none of those.
 */
final class OrphanReaper {
  private static final Logger log = LoggerFactory.getLogger(OrphanReaper.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** WNOHANG on Linux: do not wait for one that lives. */
  private static final int AT_ONCE = 1;

  private final Scheduler scheduler;
  private final MethodHandle waitpid;
  private Set<Integer> before = Set.of();

  // The call is of no memory of ours, and of a function that every Linux has.
  @SuppressWarnings("restricted")
  OrphanReaper(Scheduler scheduler) {
    this.scheduler = scheduler;
    Linker linker = Linker.nativeLinker();
    this.waitpid =
        linker.downcallHandle(
            linker.defaultLookup().find("waitpid").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
  }

  void begin() {
    scheduler.schedule("reaper", BETWEEN_LOOKS, this::look);
  }

  private void look() {
    Set<Integer> now = zombies();
    for (int pid : now) {
      if (before.contains(pid)) {
        reap(pid);
      }
    }
    before = now;
    begin();
  }

  private void reap(int pid) {
    try {
      int reaped = (int) waitpid.invokeExact(pid, MemorySegment.NULL, AT_ONCE);
      log.atDebug().addKeyValue("pid", pid).addKeyValue("reaped", reaped == pid).log("reaped");
    } catch (Throwable e) {
      throw new IllegalStateException("waitpid cannot be called", e);
    }
  }

  /** {@return children of this process that are dead} */
  private static Set<Integer> zombies() {
    long self = ProcessHandle.current().pid();
    Set<Integer> found = new HashSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        String stat = stat(entry);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 3);
        if (fields.length == 3 && fields[0].equals("Z") && fields[1].equals(Long.toString(self))) {
          found.add(Integer.valueOf(String.valueOf(entry.getFileName())));
        }
      }
    } catch (IOException e) {
      return Set.of();
    }
    return found;
  }

  private static String stat(Path process) {
    try {
      return Files.readString(process.resolve("stat"));
    } catch (IOException e) {
      return "";
    }
  }
}
