package dev.stoker.domain.service;

import java.util.Locale;
import java.util.Optional;

/** What a service is, for every provider; these seven names are stable. */
public enum ServiceState {
  /** It serves. */
  RUNNING,
  /** It was launched, or is about to be, and does not serve yet. */
  STARTING,
  /** It is being ended. */
  STOPPING,
  /** It is not there, and is not meant to be. */
  STOPPED,
  /** It is not there, and will not be started again by itself. */
  FAILED,
  /** It ran and is gone; a restart may follow. */
  CRASHED,
  /** It cannot be told. */
  UNKNOWN;

  /** {@return the stable name, such as {@code Running}} */
  public String printed() {
    return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /** {@return the state of that name in any case, or empty} */
  public static Optional<ServiceState> parse(String text) {
    for (ServiceState state : values()) {
      if (state.name().equalsIgnoreCase(text.strip())) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
