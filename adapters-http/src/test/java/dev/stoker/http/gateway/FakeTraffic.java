package dev.stoker.http.gateway;

import dev.stoker.application.port.in.Traffic;
import dev.stoker.domain.service.ServiceName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts requests, and ends them when the test says so. */
final class FakeTraffic implements Traffic {
  private final Map<Ticket, Runnable> open = new ConcurrentHashMap<>();

  @Override
  public Ticket begin(ServiceName service, Runnable cut) {
    Ticket ticket =
        new Ticket() {
          @Override
          public void end() {
            open.remove(this);
          }
        };
    open.put(ticket, cut);
    return ticket;
  }

  /** {@return how many are under way} */
  int open() {
    return open.size();
  }

  /** Their servers are to end. */
  void cut() {
    open.values().forEach(Runnable::run);
  }
}
