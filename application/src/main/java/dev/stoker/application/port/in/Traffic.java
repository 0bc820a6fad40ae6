package dev.stoker.application.port.in;

import dev.stoker.domain.service.ServiceName;

/**
 * The requests that are under way to servers of this Stoker. Who sends one counts it in first, and
 * only then looks whether the server still serves: so that a server that is to end waits for it.
 *
 * <p>Safe for any thread; nothing blocks.
 */
public interface Traffic {
  /**
   * Counts a request in.
   *
   * @param service whose server it is sent to
   * @param cut told once, on any thread, when the request is to end because its server is; it must
   *     not block
   */
  Ticket begin(ServiceName service, Runnable cut);

  /** One request that is under way. */
  interface Ticket {
    /** Counts it out; a second time does nothing. */
    void end();
  }
}
