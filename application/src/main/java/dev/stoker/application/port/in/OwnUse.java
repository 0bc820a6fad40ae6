package dev.stoker.application.port.in;

import dev.stoker.application.OwnCost;

/** What this Stoker itself takes of its machine (NFR-006, NFR-007). */
@FunctionalInterface
public interface OwnUse {
  /** {@return as it is now; cheap} */
  OwnCost now();
}
