package dev.stoker.infrastructure;

import dev.stoker.domain.gpu.GpuReport;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's native library that tells of its accelerators. An optional module of the program
 * brings one; it is found by {@link java.util.ServiceLoader}. Used by one thread at a time.
 */
public interface GpuLibrary extends AutoCloseable {
  /**
   * {@return what it tells now} A driver that cannot be used is a report that says so. Blocks, for
   * ever where a driver hangs.
   */
  GpuReport look();

  /** Gives back what it holds of the driver. */
  @Override
  void close();

  /** Finds the library on this machine. */
  interface Loader {
    /** {@return the library, or null where it is not installed} Cheap. */
    @Nullable GpuLibrary load();
  }
}
