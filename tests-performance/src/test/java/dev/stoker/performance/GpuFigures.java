package dev.stoker.performance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What watching GPUs costs Stoker's process at one look a second, printing included: by the library
 * in process and by one long-lived program, with stand-ins for both. What the real driver takes for
 * an answer is not in it.
 */
final class GpuFigures {
  private static final int WARM_SECONDS = 6;
  private static final int SECONDS = 20;
  private static final double TICKS_PER_SECOND = 100;
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
      table.add(
          "GPUs: processor, NVML (stand-in), a look a second",
          0.1,
          "%",
          percent(place, Map.of("LD_LIBRARY_PATH", place.toString())));
    }
    Path tool = place.resolve("nvidia-smi");
    Files.writeString(tool, TOOL);
    if (!tool.toFile().setExecutable(true)) {
      throw new IOException("cannot be made executable: " + tool);
    }
    table.add(
        "GPUs: processor, nvidia-smi (stand-in), a look a second",
        1,
        "%",
        percent(place, Map.of("STOKER_NVML", "off", "PATH", place + ":" + System.getenv("PATH"))));
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

  private double percent(Path place, Map<String, String> environment)
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
      double before = ticks(process.pid());
      pass(SECONDS);
      return (ticks(process.pid()) - before) / TICKS_PER_SECOND / SECONDS * 100;
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

  /** {@return processor time in user and kernel mode, in hundredths of a second (proc(5))} */
  private static double ticks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
  }
}
