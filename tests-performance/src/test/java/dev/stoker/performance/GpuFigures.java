package dev.stoker.performance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What watching GPUs costs Stoker's process at one look a second, printing included: by the library
 * in process and by one long-lived program, with stand-ins for both. What the real driver takes for
 * an answer is not in it.
 */
final class GpuFigures {
  private static final int WARM_SECONDS = 12;
  private static final int SECONDS = 20;
  private static final String LOOKING = "gpus";
  private static final String TOOL =
      """
      #!/bin/sh
      row() {
        echo "$1, GPU-$1, 0:$1, 143771, 32362, 110796, 100, 61, 627.40, 700.00, Disabled, 0, 0x4,\
       590.48.01, None, NVIDIA H200"
      }
      case "$*" in
        *compute-apps*) echo "GPU-0, 1, 28234, ./gpu_burn" ;;
        *" -l "*) while row 0 && row 1; do sleep 1; done ;;
        *) row 0; row 1 ;;
      esac
      """;

  private final Path folder;
  private final Path root;

  GpuFigures(Path folder, Path root) {
    this.folder = folder;
    this.root = root;
  }

  void add(ResultTable table) throws IOException, InterruptedException {
    Path place = Files.createDirectories(folder.resolve("gpus"));
    if (compiled(place)) {
      Share nvml = share(place, Map.of("LD_LIBRARY_PATH", place.toString()));
      table.add(
          "processor, NVML (stand-in), a look a second, looking alone", 0.1, "%", nvml.looking());
      table.add("processor, the same, whole `stoker gpus -w --json`", 1, "%", nvml.whole());
    }
    Path tool = place.resolve("nvidia-smi");
    Files.writeString(tool, TOOL);
    if (!tool.toFile().setExecutable(true)) {
      throw new IOException("cannot be made executable: " + tool);
    }
    Share program =
        share(place, Map.of("STOKER_NVML", "off", "PATH", place + ":" + System.getenv("PATH")));
    table.add(
        "processor, nvidia-smi (stand-in), a look a second, whole `stoker gpus -w --json`",
        1,
        "%",
        program.whole());
  }

  /** {@return whether there is a compiler} */
  private boolean compiled(Path place) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(
                  "gcc",
                  "-shared",
                  "-fPIC",
                  "-w",
                  "-o",
                  place.resolve("libnvidia-ml.so.1").toString(),
                  root.resolve("infrastructure-nvml/src/test/resources/standin.c").toString())
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Of one core, in percent.
   *
   * @param whole of all threads
   * @param looking of the thread that looks
   */
  private record Share(double whole, double looking) {}

  private Share share(Path place, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                root.resolve("adapters-cli/target/stoker/stoker/bin/stoker").toString(),
                "gpus",
                "-w",
                "--json"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("STOKER_HOME", place.resolve("home").toString());
    builder.redirectErrorStream(true).redirectOutput(place.resolve("out").toFile());
    Process process = builder.start();
    try {
      pass(WARM_SECONDS);
      Map<String, Long> before = nanosByThread(process.pid());
      pass(SECONDS);
      double whole = 0;
      double looking = 0;
      for (var thread : nanosByThread(process.pid()).entrySet()) {
        double used = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
        whole += used;
        looking += thread.getKey().endsWith(LOOKING) ? used : 0;
      }
      assertThat(looking).as("thread " + LOOKING).isPositive();
      double percent = 100.0 / TimeUnit.SECONDS.toNanos(SECONDS);
      return new Share(whole * percent, looking * percent);
    } finally {
      process.destroy();
      process.waitFor(30, TimeUnit.SECONDS);
    }
  }

  private static void pass(int seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /**
   * {@return processor time of each thread, by its id and name
   * (Documentation/scheduler/sched-stats)}
   */
  private static Map<String, Long> nanosByThread(long pid) throws IOException {
    Map<String, Long> nanos = new HashMap<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        String name = thread.getFileName() + Files.readString(thread.resolve("comm")).strip();
        String used = Files.readString(thread.resolve("schedstat")).split(" ", -1)[0];
        nanos.put(name, Long.parseLong(used));
      }
    }
    return nanos;
  }
}
