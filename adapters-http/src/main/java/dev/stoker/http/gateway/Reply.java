package dev.stoker.http.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a server answers to one request. Its first bytes are held back while they may be those of a
 * server that dies: a 5xx, or events that begin with an error. What is no answer is told to the
 * exchange, which may ask again; from the first byte on that the client gets it is passed through
 * untouched, as fast as the client reads.
 */
final class Reply {
  private static final int MOST_HELD = 64 * 1024;
  private static final int SERVER_ERROR = 500;
  private static final long LONGEST_HELD_MILLIS = 2_000;

  private static final Pattern ERROR =
      Pattern.compile("\\s*\\{\\s*\"(error\"|(object|type)\"\\s*:\\s*\"error\")");

  private final HttpClientResponse server;
  private final Downstream client;
  private final Exchange exchange;
  private final Vertx vertx;
  private final long betweenComments;
  private final Buffer held = Buffer.buffer();
  private final boolean isEvents;
  private boolean passing;
  private boolean judging;
  private boolean ended;
  private boolean broken;
  private boolean givenUp;
  private long timer = -1;
  private long comments = -1;

  Reply(HttpClientResponse server, Exchange exchange, Hop hop) {
    this.server = server;
    this.client = exchange.client();
    this.exchange = exchange;
    this.vertx = hop.vertx();
    this.betweenComments = hop.limits().betweenComments().toMillis();
    String type = server.getHeader("Content-Type");
    this.isEvents = type != null && type.startsWith("text/event-stream");
  }

  void begin() {
    server.handler(this::part);
    server.endHandler(_ -> end());
    server.exceptionHandler(_ -> broke());
    if (server.statusCode() >= SERVER_ERROR) {
      hold();
    } else if (isEvents) {
      comments =
          vertx.setPeriodic(betweenComments, _ -> client.comment("waiting for its first word"));
    }
  }

  private void hold() {
    if (timer < 0) {
      timer = vertx.setTimer(LONGEST_HELD_MILLIS, _ -> judge());
    }
  }

  private void stopTimers() {
    stopComments();
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
  }

  private void stopComments() {
    if (comments >= 0) {
      vertx.cancelTimer(comments);
      comments = -1;
    }
  }

  private void part(Buffer part) {
    if (givenUp) {
      return;
    }
    if (passing) {
      pass(part);
      return;
    }
    stopComments();
    held.appendBuffer(part);
    if (mayBeAnError() && !isNoEventButWanted()) {
      hold();
    }
    if (held.length() >= MOST_HELD) {
      judge();
    } else if (!mayBeAnError()) {
      release();
    }
  }

  /** Of events the first must be whole to be judged. */
  private boolean mayBeAnError() {
    if (server.statusCode() >= SERVER_ERROR || isNoEventButWanted()) {
      return true;
    }
    if (!isEvents) {
      return false;
    }
    String text = held.toString(StandardCharsets.UTF_8);
    return !text.replace("\r", "").contains("\n\n") || beginsWithError(text);
  }

  private boolean isNoEventButWanted() {
    return client.hasComments() && !isEvents;
  }

  private static boolean beginsWithError(String events) {
    int data = events.indexOf("data:");
    return events.startsWith("event: error")
        || (data >= 0 && ERROR.matcher(events.substring(data + "data:".length())).lookingAt());
  }

  private void end() {
    if (givenUp) {
      return;
    }
    ended = true;
    if (passing) {
      finish();
    } else if (server.statusCode() < SERVER_ERROR && (!mayBeAnError() || held.length() == 0)) {
      release();
    } else {
      judge();
    }
  }

  private void judge() {
    if (givenUp || judging || passing) {
      return;
    }
    if (server.statusCode() < SERVER_ERROR && !isEvents) {
      release();
      return;
    }
    judging = true;
    stopTimers();
    if (!ended) {
      server.pause();
    }
    exchange.judge(held.toString(StandardCharsets.UTF_8), this::release);
  }

  /** It is an answer. */
  private void release() {
    if (givenUp || passing) {
      return;
    }
    if (broken) {
      exchange.unanswered();
      return;
    }
    passing = true;
    stopTimers();
    exchange.answered();
    client.begin(server.statusCode(), server.headers());
    if (isNoEventButWanted()) {
      asEvent();
      return;
    }
    if (held.length() > 0) {
      client.write(held);
    }
    if (ended) {
      finish();
    } else if (judging) {
      server.resume();
    }
  }

  /** To a stream that was told to wait an answer that is no stream can only be an event. */
  private void asEvent() {
    if (!ended) {
      exchange.notAStream();
      return;
    }
    String text = held.toString(StandardCharsets.UTF_8).replaceAll("[\r\n]+", " ");
    client.write(Buffer.buffer("data: " + text + "\n\ndata: [DONE]\n\n"));
    finish();
  }

  private void pass(Buffer part) {
    client.write(part);
    if (client.isFull()) {
      server.pause();
      client.onRoom(_ -> server.resume());
    }
  }

  private void finish() {
    client.end();
    exchange.over();
  }

  /** {@return whether the client gets it already} */
  boolean isPassing() {
    return passing;
  }

  /** {@return whether it comes as events} */
  boolean isEvents() {
    return isEvents;
  }

  /** What still comes of it is not heard. */
  void giveUp() {
    givenUp = true;
    stopTimers();
  }

  /** The connection ended before the answer did. */
  private void broke() {
    stopTimers();
    if (broken || givenUp) {
      // Its own reset is told to it, too.
      return;
    }
    broken = true;
    if (ended || (judging && !passing)) {
      return;
    }
    if (!passing) {
      exchange.unanswered();
    } else if (isEvents) {
      exchange.brokenStream();
    } else {
      client.cut();
      exchange.over();
    }
  }
}
