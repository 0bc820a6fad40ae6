package dev.stoker.application.port.in;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The services of the configuration file, as a daemon keeps them. Calls block. */
public interface ConfiguredServices extends ConfigurationReload {
  /**
   * Reads the file, makes its services known, and starts the eager ones without waiting for them.
   *
   * @param file the file, null for the usual one; {@link #reload} reads the same one
   * @throws dev.stoker.domain.failure.LifecycleException with every violation at once
   */
  Applied load(@Nullable String file);

  /**
   * Ends them as each is configured: {@code stop_on_exit} stops it, others go on without a Stoker.
   * Nothing is started any more after that.
   *
   * @param progress told what is waited for, a line at a time
   */
  void end(Consumer<String> progress);

  /** Kills what {@link #end} waits for, without waiting any longer. */
  void hurry();
}
