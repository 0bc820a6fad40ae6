package dev.stoker.application.service;

import dev.stoker.application.Checkup;
import dev.stoker.application.port.out.HostFacts.Disk;
import dev.stoker.application.port.out.HostFacts.Facts;
import dev.stoker.application.port.out.HostFacts.Tool;
import dev.stoker.domain.unit.ByteSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges what there is on a machine. Pure; the numbers are those that vLLM was seen to need. */
final class HostCheckups {
  /** A CPU build of a tiny model has 4 GB resident (facts-vllm-cpu.md 1). */
  private static final ByteSize LITTLE_MEMORY = ByteSize.ofGib(4);

  /** What a container has by default is 64 MiB; NCCL wants some 10 MB for each pair of GPUs. */
  private static final ByteSize LITTLE_SHARED_MEMORY = ByteSize.ofGib(1);

  private static final ByteSize FULL_SHARED_MEMORY = new ByteSize(64L << 20);
  private static final ByteSize LITTLE_DISK = ByteSize.ofGib(20);
  private static final ByteSize FULL_DISK = ByteSize.ofGib(1);
  private static final long FEW_FILES = 4096;

  private HostCheckups() {}

  static List<Checkup> of(Facts facts, boolean wantsGpu) {
    List<Checkup> all = new ArrayList<>();
    all.add(gpus(facts.gpuTools(), wantsGpu));
    memory(facts).ifPresent(all::add);
    sharedMemory(facts).ifPresent(all::add);
    facts.disks().forEach(disk -> all.add(disk(disk)));
    openFiles(facts.openFiles()).ifPresent(all::add);
    all.add(
        facts.cacheWritable()
            ? Checkup.ok("model cache", "models can be fetched into it")
            : Checkup.problem(
                "model cache",
                "nothing can be written into it",
                "give it to the user that runs Stoker, or set HF_HOME to a folder of theirs"));
    all.add(
        facts.token().isEmpty()
            ? Checkup.ok("Hub token", "none; public models need none")
            : Checkup.ok("Hub token", "from " + facts.token()));
    all.add(
        Checkup.ok(
            "proxy",
            facts.proxies().isEmpty()
                ? "none is set"
                : String.join(", ", facts.proxies()) + " set; servers get them too"));
    all.add(
        facts.clockIsBehind()
            ? Checkup.warning(
                "clock",
                "the clock shows a time before that of files that were just written",
                "set it ('timedatectl set-ntp true'): certificates and tokens depend on it")
            : Checkup.ok("clock", "not behind its own files"));
    return all;
  }

  /** FR-046: the command that shows it, and what that command said. */
  private static Checkup gpus(List<Tool> tools, boolean wanted) {
    List<String> said = new ArrayList<>();
    for (Tool tool : tools) {
      if (tool.works() && !tool.said().isEmpty()) {
        return Checkup.ok("GPU", tool.command() + ": " + String.join("; ", tool.said()));
      }
      said.add(
          tool.command()
              + ": "
              + (tool.found()
                  ? (tool.said().isEmpty() ? "said nothing" : String.join("; ", tool.said()))
                  : "there is no such program"));
    }
    String finding = "none is usable (" + String.join("; ", said) + ")";
    return wanted
        ? Checkup.problem(
            "GPU",
            finding,
            "install the driver, or a CPU build: stoker engine install vllm --device cpu")
        : Checkup.ok("GPU", finding + "; CPU builds need none");
  }

  private static Optional<Checkup> memory(Facts facts) {
    ByteSize free = facts.freeMemory();
    if (free == null || facts.memory() == null) {
      return Optional.empty();
    }
    String finding = free + " of " + facts.memory() + " free";
    return Optional.of(
        free.compareTo(LITTLE_MEMORY) < 0
            ? Checkup.warning(
                "memory",
                finding,
                "end what is not needed: a server takes 4 GiB and more beside its model")
            : Checkup.ok("memory", finding));
  }

  private static Optional<Checkup> sharedMemory(Facts facts) {
    ByteSize size = facts.sharedMemory();
    ByteSize free = facts.freeSharedMemory();
    if (size == null || free == null) {
      return Optional.empty();
    }
    String finding = "/dev/shm has " + free + " of " + size + " free";
    if (free.compareTo(FULL_SHARED_MEMORY) < 0) {
      return Optional.of(
          Checkup.problem(
              "shared memory",
              finding,
              "'stoker sweep' removes what dead servers left; in a container use --shm-size=8g or"
                  + " --ipc=host"));
    }
    return Optional.of(
        size.compareTo(LITTLE_SHARED_MEMORY) < 0
            ? Checkup.warning(
                "shared memory",
                finding,
                "several GPUs need more: in a container use --shm-size=8g or --ipc=host")
            : Checkup.ok("shared memory", finding));
  }

  private static Checkup disk(Disk disk) {
    String subject = "disk for " + disk.use();
    String finding = disk.free() + " free in " + disk.path();
    if (disk.free().compareTo(FULL_DISK) < 0) {
      return Checkup.problem(subject, finding, "free some: nothing can be fetched or written");
    }
    return disk.free().compareTo(LITTLE_DISK) < 0
        ? Checkup.warning(
            subject, finding, "a model of 8 billion parameters alone has 16 GB: free some")
        : Checkup.ok(subject, finding);
  }

  private static Optional<Checkup> openFiles(@Nullable Long most) {
    if (most == null) {
      return Optional.empty();
    }
    String finding = most + " may be open at once";
    return Optional.of(
        most < FEW_FILES
            ? Checkup.warning(
                "open files", finding, "raise it: 'ulimit -n 65535', or LimitNOFILE= in the unit")
            : Checkup.ok("open files", finding));
  }
}
