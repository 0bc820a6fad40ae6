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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens, as server-sent events with ids. Who names the id of the last one it saw ({@code
 * Last-Event-ID}) misses nothing that is kept: the last {@value #KEPT} of this daemon; and what is
 * older, or of an earlier daemon, as far as the history has it: transitions, some of which may come
 * a second time. So an id says when its event was, in milliseconds since 1970, and of which daemon
 * it is the how manieth. A listener that does not read is let go, and comes again with its id.
 */
final class EventStream {
  private static final Logger log = LoggerFactory.getLogger(EventStream.class);
  private static final int KEPT = 1024;
  private static final int MOST_LISTENERS = 64;
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final Pattern ID = Pattern.compile("(\\d{1,15})-([0-9a-z]{1,15})-(\\d{1,18})");

  private final Deque<Event> kept = new ArrayDeque<>();
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final ServiceHistory history;
  private final InstantSource clock;

  /** Which daemon this is: ids of another one count other events. */
  private final String run;

  private long lastNumber;

  EventStream(ServiceHistory history, InstantSource clock) {
    this.history = history;
    this.clock = clock;
    this.run = Long.toString(clock.millis(), Character.MAX_RADIX);
  }

  private record Event(long number, String text) {
    static Event of(long millis, String run, long number, ServiceNotice notice) {
      return new Event(
          number,
          "id: "
              + millis
              + "-"
              + run
              + "-"
              + number
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
    Instant at = notice instanceof ServiceNotice.Changed changed ? changed.at() : clock.instant();
    synchronized (this) {
      lastNumber++;
      Event event = Event.of(at.toEpochMilli(), run, lastNumber, notice);
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
    Seen seen = Seen.of(request.getHeader("Last-Event-ID"));
    if (seen == null || seen.run().equals(run)) {
      begin(listener, seen == null ? Long.MAX_VALUE : seen.number());
    } else {
      // The history is on disk: read where nobody waits for it.
      Thread.ofVirtual().name("events-missed").start(() -> beginAfter(listener, seen));
    }
  }

  /**
   * What a listener saw last.
   *
   * @param millis when that was
   * @param run of which daemon it is
   * @param number which of its events
   */
  private record Seen(long millis, String run, long number) {
    static @Nullable Seen of(@Nullable String id) {
      Matcher matcher = ID.matcher(id == null ? "" : id);
      return matcher.matches()
          ? new Seen(
              Long.parseLong(matcher.group(1)), matcher.group(2), Long.parseLong(matcher.group(3)))
          : null;
    }
  }

  private synchronized void begin(Listener listener, long after) {
    listener.send(": listening\n\n");
    for (Event event : kept) {
      if (event.number() > after) {
        listener.send(event.text());
      }
    }
    listeners.add(listener);
  }

  /** What is told while the history is read is told after it. */
  private void beginAfter(Listener listener, Seen seen) {
    long before = number();
    List<Event> missed = fromHistory(seen.millis());
    synchronized (this) {
      listener.send(": listening\n\n");
      missed.forEach(event -> listener.send(event.text()));
      for (Event event : kept) {
        if (event.number() > before) {
          listener.send(event.text());
        }
      }
      listeners.add(listener);
    }
  }

  private synchronized long number() {
    return lastNumber;
  }

  private List<Event> fromHistory(long since) {
    List<Event> missed = new ArrayList<>();
    try {
      for (HistoryEntry entry :
          history.history(null, Instant.ofEpochMilli(since), ServiceHistory.MOST)) {
        ServiceState from = entry.from();
        ServiceState to = entry.to();
        if (from != null && to != null) {
          ServiceNotice notice =
              new ServiceNotice.Changed(entry.service(), entry.at(), from, to, entry.what());
          missed.add(Event.of(entry.at().toEpochMilli(), "history", entry.id(), notice));
        }
      }
    } catch (RuntimeException e) {
      // Who listens is told what happens from now on all the same.
      log.atError().setCause(e).log("history not read");
    }
    return missed;
  }
}
