package dev.stoker.application.port.in;

import java.net.URI;
import java.util.Optional;

/** How a daemon is found by those beside it: its address, and the token that it asks for. */
public interface ControlAccess {
  /**
   * {@return a new token for this home; kept in a file that its user alone may read}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when the file cannot be made
   */
  String newToken();

  /** {@return the key that servers ask for, from {@code VLLM_API_KEY}; empty for none} */
  String engineKey();

  /** Writes down where the daemon answers, until it gives its home back. */
  void announce(URI address);

  /**
   * {@return the daemon that was announced last, if it still owns the home; else nobody, so that no
   * stranger is shown the token}
   *
   * @throws dev.stoker.domain.failure.LifecycleException when others may read the token
   */
  Optional<Announced> find();

  /**
   * A daemon.
   *
   * @param pid its pid
   * @param address where it answers
   * @param token what it asks for
   */
  record Announced(long pid, URI address, String token) {
    /** Leaves the token out. */
    @Override
    public String toString() {
      return "Announced[pid=" + pid + ", address=" + address + "]";
    }
  }
}
