package dev.stoker.application;

import dev.stoker.domain.service.ServiceName;
import java.util.List;

/**
 * What became of a service when its configuration was applied.
 *
 * @param service which
 * @param kind in one word
 * @param keys the keys whose values changed; empty unless it changed
 */
public record ServiceChange(ServiceName service, Kind kind, List<String> keys) {
  /** Copies the list. */
  public ServiceChange {
    keys = List.copyOf(keys);
  }

  /** What can become of a service. */
  public enum Kind {
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
