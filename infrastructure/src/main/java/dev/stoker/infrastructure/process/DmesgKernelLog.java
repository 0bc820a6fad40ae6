package dev.stoker.infrastructure.process;

import dev.stoker.application.port.out.KernelLog;
import dev.stoker.domain.gpu.Xid;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the kernel's log through {@code dmesg} (util-linux), when the kernel's count of processes
 * that it ended for lack of memory has grown since Stoker started ({@code /proc/vmstat}, {@code
 * oom_kill}). Where {@code kernel.dmesg_restrict} is set, only root may.
 */
@Singleton
final class DmesgKernelLog implements KernelLog {
  private static final int LONGEST = 300;

  /**
   * "Out of memory: Killed process 7 (python) …", "Memory cgroup out of memory: Killed …" (Linux).
   */
  private static final Pattern KILLED =
      Pattern.compile("out of memory: Killed process (\\d+)", Pattern.CASE_INSENSITIVE);

  /** Seconds since the machine was booted (dmesg(1)). */
  private static final Pattern TIME = Pattern.compile("\\[ *(\\d{1,12}\\.\\d{1,9})\\]");

  private static final String COUNT = "oom_kill ";

  private final Commands commands;
  private final Settings settings;
  private final Path counters;
  private final long before;

  @Inject
  DmesgKernelLog(Commands commands, Settings settings) {
    this(commands, settings, Path.of("/proc/vmstat"));
  }

  DmesgKernelLog(Commands commands, Settings settings, Path counters) {
    this.commands = commands;
    this.settings = settings;
    this.counters = counters;
    this.before = count();
  }

  private long count() {
    try (Stream<String> lines = Files.lines(counters)) {
      return lines
          .filter(line -> line.startsWith(COUNT))
          .mapToLong(line -> Long.parseLong(line.substring(COUNT.length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  @Override
  public Optional<String> outOfMemory(Set<Long> pids) {
    return count() == before ? Optional.empty() : search(pids);
  }

  private Optional<String> search(Set<Long> pids) {
    Optional<String> said = Optional.empty();
    for (String line : lines()) {
      Matcher killed = KILLED.matcher(line);
      if (killed.find() && pids.contains(Long.valueOf(killed.group(1)))) {
        // Pids come again: the last line is about the last process of that number.
        said = Optional.of(line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
      }
    }
    return said;
  }

  @Override
  public List<Xid> gpuErrors(Duration since, Set<String> buses) {
    List<Xid> errors = new ArrayList<>();
    for (String line : lines()) {
      Matcher time = TIME.matcher(line);
      boolean recent = time.lookingAt() && Double.parseDouble(time.group(1)) >= since.toSeconds();
      if (recent && buses.stream().anyMatch(bus -> Xid.isOf(line, bus))) {
        Xid.inKernelLine(line).ifPresent(errors::add);
      }
    }
    return errors;
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    String path = settings.environment().getOrDefault("PATH", "/usr/bin:/bin");
    try {
      commands.run(
          List.of("/usr/bin/env", "dmesg"),
          Map.of("PATH", path, "LC_ALL", "C"),
          Path.of("/"),
          lines::add);
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
    return lines;
  }
}
