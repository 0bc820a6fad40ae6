package dev.stoker.infrastructure;

import dev.stoker.domain.unit.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The memory of this machine, or of the container where that is less (proc(5), cgroups(7)). */
public final class MachineMemory {
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final Path GROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path GROUP_USE = Path.of("/sys/fs/cgroup/memory.current");
  private static final Path GROUP_STAT = Path.of("/sys/fs/cgroup/memory.stat");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}");

  private MachineMemory() {}

  /** {@return all of it; null where that cannot be told} */
  public static @Nullable ByteSize total() {
    return least(kibibytes("MemTotal:"), bytesIn(GROUP_LIMIT));
  }

  /** {@return what a program could take now; null where that cannot be told} */
  public static @Nullable ByteSize available() {
    return least(kibibytes("MemAvailable:"), leftInGroup());
  }

  private static @Nullable ByteSize kibibytes(String name) {
    Long value = field(MEMORY, name);
    return value == null ? null : new ByteSize(value * 1024);
  }

  private static @Nullable ByteSize leftInGroup() {
    ByteSize limit = bytesIn(GROUP_LIMIT);
    ByteSize used = bytesIn(GROUP_USE);
    if (limit == null || used == null) {
      return null;
    }
    // What files are cached in counts as used, and is given back when it is wanted.
    Long cached = field(GROUP_STAT, "inactive_file");
    return new ByteSize(Math.max(0, limit.bytes() - used.bytes() + (cached == null ? 0 : cached)));
  }

  /** {@return the number behind a word, or null} */
  private static @Nullable Long field(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.strip().split("\\s+", -1);
        if (words.length > 1 && words[0].equals(name) && NUMBER.matcher(words[1]).matches()) {
          return Long.parseLong(words[1]);
        }
      }
    } catch (IOException e) {
      return null;
    }
    return null;
  }

  private static @Nullable ByteSize bytesIn(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.matches("\\d{1,18}") ? new ByteSize(Long.parseLong(text)) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable ByteSize least(@Nullable ByteSize one, @Nullable ByteSize other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) < 0 ? one : other;
  }
}
