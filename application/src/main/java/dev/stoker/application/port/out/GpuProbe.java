package dev.stoker.application.port.out;

import dev.stoker.domain.gpu.GpuReport;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The machine's accelerators, of every vendor. Nothing fails: what cannot be told is said in the
 * report. Safe for any thread.
 */
public interface GpuProbe {
  /**
   * {@return how it is now} Blocks: milliseconds most often, at most a minute where a driver must
   * be loaded first; one that hangs is given up, and asked again only when it has answered.
   */
  GpuReport look();

  /**
   * Looks again and again, cheaper than many {@link #look looks}.
   *
   * @param every how often
   * @param told told each report, on a thread of its own; must not block
   * @return ends it when it is closed
   */
  Watch watch(Duration every, Consumer<GpuReport> told);

  /** Looking again and again. */
  interface Watch extends AutoCloseable {
    /** Tells nothing more; of one closed already, nothing. */
    @Override
    void close();
  }
}
