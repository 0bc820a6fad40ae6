package dev.stoker.http.control;

import dev.stoker.application.ServiceNotice;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.NoticeMessage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What happens, as server-sent events with ids. The last {@value #KEPT} are kept: who names the id
 * of the last one it saw ({@code Last-Event-ID}) misses none of them. A listener that does not read
 * is let go, and comes again with its id.
 */
final class EventStream {
  private static final int KEPT = 1024;
  private static final int MOST_LISTENERS = 64;
  private static final long HEARTBEAT_MILLIS = 15_000;

  private final Deque<Event> kept = new ArrayDeque<>();
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private long lastId;

  EventStream() {}

  private record Event(long id, String text) {}

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
    String data = Json.of(NoticeMessage.of(notice));
    synchronized (this) {
      lastId++;
      Event event =
          new Event(
              lastId,
              "id: "
                  + lastId
                  + "\nevent: "
                  + NoticeMessage.event(notice)
                  + "\ndata: "
                  + data
                  + "\n\n");
      if (isKept(notice)) {
        kept.add(event);
        if (kept.size() > KEPT) {
          kept.remove();
        }
      }
      listeners.forEach(listener -> listener.send(event.text()));
    }
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
    if (id == null || !id.matches("\\d{1,18}")) {
      return List.of();
    }
    // An id that was never given is an earlier daemon's: whoever has it has missed everything.
    long seen = Long.parseLong(id) > lastId ? 0 : Long.parseLong(id);
    List<Event> missed = new ArrayList<>();
    for (Event event : kept) {
      if (event.id() > seen) {
        missed.add(event);
      }
    }
    return missed;
  }
}
