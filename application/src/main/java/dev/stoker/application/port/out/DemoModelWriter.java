package dev.stoker.application.port.out;

import java.nio.file.Path;

/** Writes the model that Stoker brings: half a megabyte that answers with noise. */
public interface DemoModelWriter {
  /**
   * Writes it where it is not written yet.
   *
   * @throws dev.stoker.domain.failure.LifecycleException when it cannot be written
   */
  void write(Path folder);
}
