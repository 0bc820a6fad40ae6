package dev.stoker.domain.service;

import java.util.Locale;
import java.util.Optional;

/** Who owns the process of a service (FR-003). */
public enum LifecycleMode {
  /** We start, watch, restart and stop it. */
  MANAGED,
  /** Somebody else does; we watch and report. */
  MONITORED,
  /** It is assumed to be there; nobody looks until it is used. */
  EXTERNAL;

  /** {@return whether processes may be launched and signalled} */
  public boolean ownsProcess() {
    return this == MANAGED;
  }

  /** {@return the name in files, lower case} */
  public String printed() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the mode of that name in any case, or empty} */
  public static Optional<LifecycleMode> parse(String text) {
    for (LifecycleMode mode : values()) {
      if (mode.name().equalsIgnoreCase(text.strip())) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}
