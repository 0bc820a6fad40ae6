package dev.stoker.http.gateway;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** What a client is told: one answer, or one error in the form that it still can read. */
final class Downstream {
  /** Of HTTP/2 (RFC 9113, 7): without it a cut answer looks whole. */
  private static final long INTERNAL_ERROR = 2;

  /** As nginx and others write it down. */
  private static final int HUNG_UP = 499;

  private static final String EVENTS = "text/event-stream";

  private final HttpServerResponse response;
  private final String requestId;
  private final String path;
  private boolean commented;
  private boolean endsBlock = true;

  Downstream(HttpServerRequest request, String requestId) {
    this.response = request.response();
    this.path = String.valueOf(request.path());
    this.requestId = requestId;
  }

  /** {@return which status it got; 499 where it hung up before it got any} */
  int status() {
    return response.headWritten() || commented ? response.getStatusCode() : HUNG_UP;
  }

  /** {@return whether nothing more can be said} */
  boolean isOver() {
    return response.ended() || response.closed();
  }

  /** {@return whether it was told already that events follow} */
  boolean hasComments() {
    return commented;
  }

  /** Says to a stream that it is waited for; proxies between keep the connection open for it. */
  void comment(String text) {
    if (isOver()) {
      return;
    }
    if (!commented) {
      commented = true;
      response.setStatusCode(200).setChunked(true);
      response.putHeader("Content-Type", EVENTS).putHeader("Cache-Control", "no-cache");
      response.putHeader(Headers.REQUEST_ID, requestId);
    }
    var _ = response.write(": " + text.replace('\n', ' ') + "\n\n");
  }

  /** Begins the answer of a server. */
  void begin(int status, MultiMap headers) {
    if (isOver() || commented) {
      return;
    }
    response.setStatusCode(status);
    Headers.toClient(headers, response.headers());
    response.putHeader(Headers.REQUEST_ID, requestId);
    if (!headers.contains("Content-Length")) {
      response.setChunked(true);
    }
  }

  void write(Buffer part) {
    if (!isOver()) {
      int length = part.length();
      endsBlock =
          length > 1 && part.getByte(length - 1) == '\n' && part.getByte(length - 2) == '\n';
      var _ = response.write(part);
    }
  }

  boolean isFull() {
    return response.writeQueueFull();
  }

  void onRoom(Handler<Void> then) {
    response.drainHandler(then);
  }

  void end() {
    if (!isOver()) {
      var _ = response.end();
    }
  }

  /** Ends with an error: as events where events have begun, else as an answer of its own. */
  void fail(OpenAiError error) {
    if (isOver()) {
      return;
    }
    if (response.headWritten() || commented) {
      // What broke off within an event is an event of its own: else it would swallow the error.
      var _ = response.end((endsBlock ? "" : "\n\n") + error.events(path));
      return;
    }
    response.setStatusCode(error.status());
    response.putHeader("Content-Type", "application/json");
    response.putHeader(Headers.REQUEST_ID, requestId);
    String retry = error.retrySeconds();
    if (retry != null) {
      response.putHeader("Retry-After", retry);
    }
    var _ = response.end(error.json());
  }

  /** Ends in the middle, so that nobody takes the rest for the whole. */
  void cut() {
    if (!isOver()) {
      var _ = response.reset(INTERNAL_ERROR);
    }
  }
}
