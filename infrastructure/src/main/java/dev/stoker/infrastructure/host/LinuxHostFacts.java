package dev.stoker.infrastructure.host;

import dev.stoker.application.OwnCost;
import dev.stoker.application.port.out.HostFacts;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.infrastructure.Commands;
import dev.stoker.infrastructure.HomeLayout;
import dev.stoker.infrastructure.MachineMemory;
import dev.stoker.infrastructure.Settings;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads /proc and file systems, and asks the drivers' tools. */
final class LinuxHostFacts implements HostFacts {
  private static final Path SHARED = Path.of("/dev/shm");
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/version");
  private static final Path AMD = Path.of("/sys/module/amdgpu/version");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(5);
  private static final int MOST_LINES = 4;
  private static final List<List<String>> TOOLS =
      List.of(List.of("nvidia-smi", "-L"), List.of("rocm-smi", "--showproductname"));
  private static final List<String> PROXIES =
      List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy");

  private final Settings settings;
  private final Commands commands;

  @Inject
  LinuxHostFacts(Settings settings, Commands commands) {
    this.settings = settings;
    this.commands = commands;
  }

  @Override
  public OwnCost ownCost() {
    return OwnProcess.now();
  }

  @Override
  public Facts look() {
    Path cache = settings.hubCache();
    HomeLayout home = settings.home();
    List<Disk> disks = new ArrayList<>();
    disk("models", cache).ifPresent(disks::add);
    disk("engines and state", home.state()).ifPresent(disks::add);
    disk("temporary files", Path.of(System.getProperty("java.io.tmpdir", "/tmp")))
        .ifPresent(disks::add);
    return new Facts(
        MachineMemory.total(),
        MachineMemory.available(),
        store(SHARED).map(LinuxHostFacts::total).orElse(null),
        store(SHARED).map(LinuxHostFacts::free).orElse(null),
        openFiles(),
        disks,
        PROXIES.stream().filter(this::isSet).toList(),
        token(),
        isWritable(cache),
        TOOLS.stream().map(this::ask).toList(),
        clockIsBehind(home.state()));
  }

  @Override
  public Memory memory() {
    return new Memory(MachineMemory.total(), MachineMemory.available());
  }

  @Override
  public String driver() {
    return firstLine(NVIDIA)
        .or(() -> firstLine(AMD).map(version -> "amdgpu " + version))
        .orElse("");
  }

  private boolean isSet(String variable) {
    return !settings.environment().getOrDefault(variable, "").isBlank();
  }

  /** In the order of the Hub's own library. */
  private String token() {
    for (String variable : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      if (isSet(variable)) {
        return variable;
      }
    }
    Path file = settings.hubToken();
    return Files.isRegularFile(file) ? file.toString() : "";
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().map(String::strip);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Long openFiles() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        if (line.startsWith("Max open files")) {
          String soft = line.substring("Max open files".length()).strip().split(" +", 2)[0];
          return soft.matches("\\d{1,18}") ? Long.valueOf(soft) : Long.valueOf(Long.MAX_VALUE);
        }
      }
    } catch (IOException e) {
      return null;
    }
    return null;
  }

  private static Optional<Disk> disk(String use, Path path) {
    Path there = existing(path);
    return store(there).map(store -> new Disk(use, there, free(store)));
  }

  /** {@return the folder, or the nearest above it that there is} */
  private static Path existing(Path path) {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  private static Optional<FileStore> store(Path path) {
    try {
      return Optional.of(Files.getFileStore(path));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ByteSize total(FileStore store) {
    try {
      return new ByteSize(Math.max(0, store.getTotalSpace()));
    } catch (IOException e) {
      return new ByteSize(0);
    }
  }

  private static ByteSize free(FileStore store) {
    try {
      return new ByteSize(Math.max(0, store.getUsableSpace()));
    } catch (IOException e) {
      return new ByteSize(0);
    }
  }

  private static boolean isWritable(Path cache) {
    return Files.isWritable(existing(cache));
  }

  private static boolean clockIsBehind(Path state) {
    try {
      Instant written = Files.getLastModifiedTime(existing(state)).toInstant();
      return written.isAfter(Instant.now().plus(CLOCK_SLACK));
    } catch (IOException e) {
      return false;
    }
  }

  /** A driver may hang: then that is what there is to say. */
  private Tool ask(List<String> command) {
    String line = String.join(" ", command);
    List<String> said = new ArrayList<>();
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .name("ask-" + command.getFirst())
            .start(() -> end.completeAsync(() -> run(command, said), Runnable::run));
    try {
      int code = end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return new Tool(line, code >= 0, code == 0, firstOf(said));
    } catch (TimeoutException e) {
      asking.interrupt();
      return new Tool(line, true, false, List.of("it did not end within 10 s: the driver hangs"));
    } catch (ExecutionException e) {
      return new Tool(line, true, false, List.of(String.valueOf(e.getCause())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Tool(line, true, false, List.of("not waited for"));
    }
  }

  /** {@return its exit code, -1 where there is no such program} */
  private int run(List<String> command, List<String> said) {
    Map<String, String> environment = new HashMap<>(settings.environment());
    environment.put("LC_ALL", "C");
    try {
      return commands.run(
          command,
          environment,
          Path.of("/"),
          line -> {
            synchronized (said) {
              said.add(line);
            }
          });
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static List<String> firstOf(List<String> said) {
    synchronized (said) {
      return said.stream().filter(line -> !line.isBlank()).limit(MOST_LINES).toList();
    }
  }
}
