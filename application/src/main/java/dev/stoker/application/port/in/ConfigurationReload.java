package dev.stoker.application.port.in;

import dev.stoker.domain.service.ServiceName;
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
  record Applied(List<Change> changes, List<String> notes) {
    /** Copies both. */
    public Applied {
      changes = List.copyOf(changes);
      notes = List.copyOf(notes);
    }
  }

  /**
   * What became of one service.
   *
   * @param service which
   * @param kind in one word
   * @param keys the keys whose values changed; empty unless it changed
   */
  record Change(ServiceName service, Kind kind, List<String> keys) {
    /** Copies the list. */
    public Change {
      keys = List.copyOf(keys);
    }
  }

  /** What can become of a service. */
  enum Kind {
    /** The file says the same as before. */
    UNCHANGED,
    /** It is new. */
    ADDED,
    /** It has new values, which hold at once, or from its next start on. */
    CHANGED,
    /** It has new values, and is restarted for them. */
    RESTARTED,
    /** It is stopped and forgotten: the file does not name it any more. */
    REMOVED
  }
}
