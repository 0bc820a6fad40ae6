package dev.stoker.application.port.out;

import dev.stoker.application.OwnCost;
import dev.stoker.domain.unit.ByteSize;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What there is on this machine. Calls block, for seconds where a driver hangs. */
public interface HostFacts {
  /** {@return everything at once; what cannot be found out is null} */
  Facts look();

  /** {@return its memory; cheap} */
  Memory memory();

  /**
   * The memory of the machine, or of the container where that is less.
   *
   * @param total all of it
   * @param free what a program could take now
   */
  record Memory(@Nullable ByteSize total, @Nullable ByteSize free) {}

  /** {@return what this process takes; cheap} */
  OwnCost ownCost();

  /** {@return the version of the GPU's driver, empty where there is none; cheap} */
  String driver();

  /**
   * What there is.
   *
   * @param memory of the machine, or of the container where that is less
   * @param freeMemory of it
   * @param sharedMemory the size of /dev/shm
   * @param freeSharedMemory of it
   * @param openFiles how many a process may open
   * @param disks where much is written
   * @param proxies variables that name a proxy, without what they name
   * @param token where a token for the Hub comes from; empty where there is none
   * @param cacheWritable whether models can be fetched into the cache
   * @param gpuTools what the tools of the drivers say
   * @param clockIsBehind whether files are from a later time than the clock shows
   */
  record Facts(
      @Nullable ByteSize memory,
      @Nullable ByteSize freeMemory,
      @Nullable ByteSize sharedMemory,
      @Nullable ByteSize freeSharedMemory,
      @Nullable Long openFiles,
      List<Disk> disks,
      List<String> proxies,
      String token,
      boolean cacheWritable,
      List<Tool> gpuTools,
      boolean clockIsBehind) {
    /** Copies the lists. */
    public Facts {
      disks = List.copyOf(disks);
      proxies = List.copyOf(proxies);
      gpuTools = List.copyOf(gpuTools);
    }
  }

  /**
   * A place where much is written.
   *
   * @param use what for, such as {@code models}
   * @param path which folder
   * @param free how much fits
   */
  record Disk(String use, Path path, ByteSize free) {}

  /**
   * What a program said.
   *
   * @param command as one would type it
   * @param found whether there is such a program
   * @param works whether it ended well
   * @param said its first lines
   */
  record Tool(String command, boolean found, boolean works, List<String> said) {
    /** Copies the list. */
    public Tool {
      said = List.copyOf(said);
    }
  }
}
