package dev.stoker.application.port.out;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one owner of a home; the kernel gives it back when the owner dies. */
public interface HomeLock {
  /**
   * Takes it.
   *
   * @param what what this Stoker does, for whoever comes second
   * @throws dev.stoker.domain.failure.LifecycleException when another has it, naming that one
   */
  void acquire(String what);

  /** Adds where this Stoker can be asked to what whoever comes second is told. */
  void announce(URI address);

  /** {@return who holds it, or empty when nobody does} */
  Optional<Owner> owner();

  /** {@return a new token that callers of this home's daemon must show from now on} */
  String newToken();

  /** {@return the token, or empty where none was made} */
  Optional<String> token();

  /**
   * Who holds a home.
   *
   * @param pid its pid, 0 when it cannot be told
   * @param what what it does
   * @param address where it can be asked, null when it cannot
   */
  record Owner(long pid, String what, @Nullable URI address) {}

  /** Gives it back; of one not held, nothing. */
  void release();
}
