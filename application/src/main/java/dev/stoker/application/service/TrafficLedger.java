package dev.stoker.application.service;

import dev.stoker.application.port.in.Traffic;
import dev.stoker.domain.service.ServiceName;
import jakarta.inject.Inject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Which requests are under way to which service. */
@ApplicationScope
final class TrafficLedger implements Traffic {
  private final ConcurrentMap<ServiceName, Lane> lanes = new ConcurrentHashMap<>();

  @Inject
  TrafficLedger() {}

  @Override
  public Ticket begin(ServiceName service, Runnable cut) {
    return lane(service).begin(cut);
  }

  /** Tells once when none is under way to it any more: at once where none is. */
  void whenNone(ServiceName service, Runnable told) {
    lane(service).whenNone(told);
  }

  /** Tells each that is under way to it to end. */
  void cut(ServiceName service) {
    lane(service).cut();
  }

  /** {@return how many are under way to it} */
  int open(ServiceName service) {
    return lane(service).open();
  }

  /** {@return how many were ever sent to it} */
  long begun(ServiceName service) {
    return lane(service).begun();
  }

  private Lane lane(ServiceName service) {
    Lane known = lanes.get(service);
    return known == null ? lanes.computeIfAbsent(service, _ -> new Lane()) : known;
  }

  /** Those of one service. */
  private static final class Lane {
    private final Set<Open> open = new LinkedHashSet<>();
    private long begun;
    private @Nullable Runnable whenNone;

    synchronized Ticket begin(Runnable cut) {
      Open request = new Open(this, cut);
      open.add(request);
      begun++;
      return request;
    }

    void end(Open request) {
      Runnable told = null;
      synchronized (this) {
        if (open.remove(request) && open.isEmpty()) {
          told = whenNone;
          whenNone = null;
        }
      }
      if (told != null) {
        told.run();
      }
    }

    void whenNone(Runnable told) {
      synchronized (this) {
        if (!open.isEmpty()) {
          whenNone = told;
          return;
        }
      }
      told.run();
    }

    void cut() {
      List<Open> all;
      synchronized (this) {
        all = List.copyOf(open);
      }
      all.forEach(request -> request.cut.run());
    }

    synchronized int open() {
      return open.size();
    }

    synchronized long begun() {
      return begun;
    }
  }

  /** One of them: each is another, however alike. */
  private static final class Open implements Ticket {
    private final Lane lane;
    private final Runnable cut;

    Open(Lane lane, Runnable cut) {
      this.lane = lane;
      this.cut = cut;
    }

    @Override
    public void end() {
      lane.end(this);
    }
  }
}
