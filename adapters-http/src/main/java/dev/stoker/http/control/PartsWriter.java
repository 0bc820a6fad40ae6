package dev.stoker.http.control;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.ServerFailure.Cancelled;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** Writes an answer that comes in parts, as fast as it is read; for one thread, which may block. */
final class PartsWriter {
  private final Context context;
  private final HttpServerResponse response;
  private boolean begun;

  PartsWriter(Vertx vertx, HttpServerResponse response) {
    this.context = vertx.getOrCreateContext();
    this.response = response;
  }

  /** {@return whether something of it was written} */
  boolean hasBegun() {
    return begun;
  }

  void part(Map<String, Object> members) {
    begin();
    write("data: " + Json.of(members) + "\n\n");
  }

  void end() {
    begin();
    finish("event: end\ndata: {}\n\n");
  }

  void fail(Failure failure) {
    finish("event: error\ndata: " + Json.of(ProblemDetails.of(failure)) + "\n\n");
  }

  private void begin() {
    if (!begun) {
      begun = true;
      on(
          () -> {
            response.setChunked(true);
            response.putHeader("Content-Type", "text/event-stream");
            response.putHeader("Cache-Control", "no-store");
            response.putHeader("Connection", "close");
            return Future.succeededFuture();
          });
    }
  }

  private void write(String text) {
    on(() -> response.write(text));
  }

  private void finish(String text) {
    on(() -> response.end(text));
  }

  /** A step that is waited for. */
  private interface Step {
    Future<Void> run();
  }

  private void on(Step step) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        _ -> {
          if (response.ended() || response.closed()) {
            done.fail("closed");
          } else {
            step.run().onComplete(done);
          }
        });
    try {
      done.future().toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new LifecycleException(new Cancelled("the caller has gone"), e);
    }
  }
}
