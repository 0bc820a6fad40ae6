package dev.stoker.http.client;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.port.in.ServiceOrchestrator.Subscription;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.NoticeMessage;
import java.io.IOException;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Response;
import okio.BufferedSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a daemon's stream of events on a thread of its own, until it is closed or ends. */
final class RemoteEvents implements Subscription {
  private static final Logger log = LoggerFactory.getLogger(RemoteEvents.class);

  private final Call call;
  private final Response response;
  private final Consumer<ServiceNotice> listener;
  private String event = "";
  private volatile boolean closed;

  private RemoteEvents(Api.Stream stream, Consumer<ServiceNotice> listener) {
    this.call = stream.call();
    this.response = stream.response();
    this.listener = listener;
  }

  /** {@return when the daemon has said that it tells from now on} */
  static RemoteEvents open(Api api, Consumer<ServiceNotice> listener) {
    RemoteEvents events = new RemoteEvents(api.open("/v1/events"), listener);
    events.awaitFirstLine();
    Thread.ofVirtual().name("events").start(events::read);
    return events;
  }

  private void awaitFirstLine() {
    try {
      response.body().source().readUtf8Line();
    } catch (IOException | IllegalStateException e) {
      // The reader finds the same, and ends.
      log.atDebug().setCause(e).log("no first line");
    }
  }

  private void read() {
    try (response) {
      BufferedSource source = response.body().source();
      String line = source.readUtf8Line();
      while (line != null && !closed) {
        onLine(line);
        line = source.readUtf8Line();
      }
    } catch (IOException | IllegalStateException e) {
      // Closed by us (okio then says "closed", as an illegal state), or the daemon is gone: whoever
      // waits for something learns it elsewhere.
      log.atDebug().setCause(e).log("stream ended");
    }
  }

  private void onLine(String line) {
    if (line.startsWith("event: ")) {
      event = line.substring("event: ".length());
    } else if (line.startsWith("data: ")) {
      try {
        tell(NoticeMessage.read(event, Json.object(line.substring("data: ".length()))));
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("event not understood");
      }
    }
  }

  /** Closing waits for what is being told: after it nothing is. */
  private synchronized void tell(ServiceNotice notice) {
    if (!closed) {
      listener.accept(notice);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    // Not the response: its buffer is the reading thread's, which closes it.
    call.cancel();
  }
}
