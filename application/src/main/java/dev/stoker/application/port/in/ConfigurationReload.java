package dev.stoker.application.port.in;

import dev.stoker.application.ServiceChange;
import java.util.List;

/** Applies what the configuration file says now. Calls block. */
public interface ConfigurationReload {
  /**
   * Reads the file again. It is checked whole before anything is touched; then what changed is
   * applied, without waiting for restarts.
   *
   * @throws dev.stoker.domain.failure.LifecycleException with every violation at once; then nothing
   *     was touched
   */
  Applied reload();

  /**
   * What was done.
   *
   * @param changes one for each service that the file names or named
   * @param notes what the user should know
   */
  record Applied(List<ServiceChange> changes, List<String> notes) {
    /** Copies both. */
    public Applied {
      changes = List.copyOf(changes);
      notes = List.copyOf(notes);
    }
  }
}
