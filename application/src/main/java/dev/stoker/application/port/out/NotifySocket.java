package dev.stoker.application.port.out;

import java.time.Duration;
import java.util.Optional;

/** Where the service manager that started this process listens (sd_notify(3)). */
public interface NotifySocket {
  /**
   * Sends lines such as {@code READY=1}; nothing where nobody listens. What cannot be sent is
   * logged: a Stoker goes on without it.
   */
  void send(String lines);

  /** {@return how long this process may be silent before it is ended; empty for no limit} */
  Optional<Duration> watchdog();
}
