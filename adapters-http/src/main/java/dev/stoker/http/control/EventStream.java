package dev.stoker.http.control;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.ServiceNotice;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.domain.service.ServiceState;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.NoticeMessage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What happens, as server-sent events with ids. Who names the id of the last one it saw ({@code
 * Last-Event-ID}) misses nothing that is kept: the last {@value #KEPT} of this daemon; and what is
 * older, or of an earlier daemon, as far as the history has it: transitions. So an id says when its
 * event was, in microseconds since 1970, and which of this daemon's it is. A listener that does not
 * read is let go, and comes again with its id.
 */
final class EventStream {
  private static final int KEPT = 1024;
  private static final int MOST_LISTENERS = 64;
  private static final long HEARTBEAT_MILLIS = 15_000;

  private final Deque<Event> kept = new ArrayDeque<>();
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final ServiceHistory history;
  private final InstantSource clock;
  private long lastNumber;
  private Instant last = Instant.EPOCH;

  EventStream(ServiceHistory history, InstantSource clock) {
    this.history = history;
    this.clock = clock;
  }

  private record Event(String id, String text) {
    static Event of(String id, ServiceNotice notice) {
      return new Event(
          id,
          "id: "
              + id
              + "\nevent: "
              + NoticeMessage.event(notice)
              + "\ndata: "
              + Json.of(NoticeMessage.of(notice))
              + "\n\n");
    }
  }

  private record Listener(Context context, HttpServerResponse response) {
    void send(String text) {
      context.runOnContext(
          _ -> {
            if (response.ended() || response.closed()) {
              return;
            }
            if (response.writeQueueFull()) {
              var _ = response.reset();
            } else {
              var _ = response.write(text);
            }
          });
    }
  }

  /** Called on the services' threads: hands over, and returns. */
  void add(ServiceNotice notice) {
    synchronized (this) {
      lastNumber++;
      Event event = Event.of(micros(timeOf(notice)) + "-" + lastNumber, notice);
      if (isKept(notice)) {
        kept.add(event);
        if (kept.size() > KEPT) {
          kept.remove();
        }
      }
      listeners.forEach(listener -> listener.send(event.text()));
    }
  }

  /** A clock that was set back does not make an event older than the one before it. */
  private Instant timeOf(ServiceNotice notice) {
    Instant at = notice instanceof ServiceNotice.Changed changed ? changed.at() : clock.instant();
    last = at.isAfter(last) ? at : last;
    return last;
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  /** What is told anew all the time is not worth being told later; the status has it. */
  private static boolean isKept(ServiceNotice notice) {
    return !(notice instanceof ServiceNotice.Loading || notice instanceof ServiceNotice.Loaded);
  }

  /** {@return whether there is room for one more} */
  boolean hasRoom() {
    return listeners.size() < MOST_LISTENERS;
  }

  /** Begins to answer a request with what happens; on its context. */
  void open(Vertx vertx, HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.setChunked(true);
    response.putHeader("Content-Type", "text/event-stream");
    response.putHeader("Cache-Control", "no-store");
    Listener listener = new Listener(vertx.getOrCreateContext(), response);
    long timer = vertx.setPeriodic(HEARTBEAT_MILLIS, _ -> listener.send(": still here\n\n"));
    response.closeHandler(
        _ -> {
          vertx.cancelTimer(timer);
          listeners.remove(listener);
        });
    synchronized (this) {
      List<Event> missed = missedSince(request.getHeader("Last-Event-ID"));
      listener.send(": listening\n\n");
      missed.forEach(event -> listener.send(event.text()));
      listeners.add(listener);
    }
  }

  private List<Event> missedSince(@Nullable String id) {
    if (id == null || !id.matches("\\d{1,16}-\\d{1,18}")) {
      return List.of();
    }
    List<Event> ours = new ArrayList<>(kept);
    for (int i = 0; i < ours.size(); i++) {
      if (ours.get(i).id().equals(id)) {
        return ours.subList(i + 1, ours.size());
      }
    }
    return fromHistory(Long.parseLong(id.split("-", 2)[0]));
  }

  private List<Event> fromHistory(long since) {
    List<Event> missed = new ArrayList<>();
    Instant from = Instant.EPOCH.plus(since, ChronoUnit.MICROS);
    for (HistoryEntry entry : history.history(null, from, ServiceHistory.MOST)) {
      ServiceState before = entry.from();
      ServiceState after = entry.to();
      if (before != null && after != null && micros(entry.at()) > since) {
        ServiceNotice notice =
            new ServiceNotice.Changed(entry.service(), entry.at(), before, after, entry.what());
        missed.add(Event.of(micros(entry.at()) + "-0", notice));
      }
    }
    return missed;
  }
}
