package dev.stoker.application.port.in;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.domain.service.ServiceName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to services: at least the last 10 restarts of each and all of the last 24 hours
 * (AC-021). Calls block, and throw {@code LifecycleException} when it cannot be read.
 */
public interface ServiceHistory {
  /** The most entries that are given at once. */
  int MOST = 1000;

  /**
   * {@return what happened, oldest first; of a service that nobody knows, nothing}
   *
   * @param service whose, null for all
   * @param since nothing before it
   * @param most the last ones, at most this many, up to {@link #MOST}
   */
  List<HistoryEntry> history(@Nullable ServiceName service, Instant since, int most);

  /**
   * {@return the last ends that nobody asked for, oldest first}
   *
   * @param service whose, null for all
   * @param most at most this many, up to {@link #MOST}
   */
  List<Incident> incidents(@Nullable ServiceName service, int most);
}
