package dev.stoker.application;

import java.util.Locale;
import java.util.Optional;

/** When a daemon starts a service. */
public enum StartPolicy {
  /** When it is first needed, or by hand (FR-015); the default. */
  LAZY,
  /** As soon as the daemon runs, unless it was stopped by hand or has failed. */
  EAGER;

  /** {@return the name in files} */
  public String printed() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the policy of that name in any case, or empty} */
  public static Optional<StartPolicy> parse(String text) {
    for (StartPolicy policy : values()) {
      if (policy.name().equalsIgnoreCase(text.strip())) {
        return Optional.of(policy);
      }
    }
    return Optional.empty();
  }
}
