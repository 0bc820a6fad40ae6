package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuHolder;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The names of processes that a driver knows by number. Drivers count as the host does: in a
 * container with numbers of its own, theirs mean nothing (pid_namespaces(7)).
 */
final class ProcessNames {
  /** The number of the first namespace is the kernel's constant {@code PROC_PID_INIT_INO}. */
  private static final String OF_THE_HOST = "pid:[4026531836]";

  private final Path proc;
  private final boolean ofTheHost;

  @Inject
  ProcessNames() {
    this(Path.of("/proc"));
  }

  /** For tests: another /proc. */
  ProcessNames(Path proc) {
    this.proc = proc;
    this.ofTheHost = isOfTheHost();
  }

  private boolean isOfTheHost() {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString().equals(OF_THE_HOST);
    } catch (IOException e) {
      return false;
    }
  }

  /** {@return whether numbers of the host mean something here} */
  boolean areOfTheHost() {
    return ofTheHost;
  }

  /** {@return the same with the name of its program, where that can be told} */
  GpuHolder named(GpuHolder holder) {
    if (!ofTheHost) {
      return new GpuHolder(holder.device(), holder.pid(), "", holder.held());
    }
    if (!holder.name().isEmpty()) {
      return holder;
    }
    try {
      String name = Files.readString(proc.resolve(Long.toString(holder.pid())).resolve("comm"));
      return new GpuHolder(holder.device(), holder.pid(), name.strip(), holder.held());
    } catch (IOException e) {
      // It is gone, and its memory not yet.
      return holder;
    }
  }
}
