package dev.stoker.application;

import dev.stoker.domain.failure.ErrorCode;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.domain.service.ServiceState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a service, as it was written down before it was acted upon (NFR-013,
 * NFR-014).
 *
 * @param id in the order of writing, over all services; 0 before it is written
 * @param service whose
 * @param at when, by the clock that people read
 * @param kind what sort of thing
 * @param launch the number of the launch it belongs to, 0 for none
 * @param from where the service stood, null unless it changed
 * @param to where it stands, null unless it changed
 * @param what in words: the reason, the pid, the decision
 * @param code of the failure, null where there is none
 * @param evidence the lines it was concluded from, oldest first; may be empty
 */
public record HistoryEntry(
    long id,
    ServiceName service,
    Instant at,
    Kind kind,
    long launch,
    @Nullable ServiceState from,
    @Nullable ServiceState to,
    String what,
    @Nullable ErrorCode code,
    List<String> evidence) {
  /** Copies the list. */
  public HistoryEntry {
    evidence = List.copyOf(evidence);
  }

  /** What sort of thing happened. */
  public enum Kind {
    /** It stands elsewhere. */
    TRANSITION,
    /** A process was launched. */
    LAUNCH,
    /** A server of an earlier Stoker was found. */
    FOUND,
    /** A process ended. */
    EXIT,
    /** It was decided to restart it. */
    RESTART,
    /** Something failed. */
    ERROR;

    /** {@return the stable name, lower case} */
    public String printed() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
