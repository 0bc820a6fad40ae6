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
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an answer that comes in parts, as fast as it is read; threads that may block tell one at a
 * time. A caller that reads nothing for long has gone.
 */
final class PartsWriter implements PartSink {
  private static final Logger log = LoggerFactory.getLogger(PartsWriter.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Context context;
  private final HttpServerResponse response;
  private boolean begun;

  PartsWriter(Vertx vertx, HttpServerResponse response) {
    this.context = vertx.getOrCreateContext();
    this.response = response;
  }

  /** {@return whether something of it was written} */
  synchronized boolean hasBegun() {
    return begun;
  }

  @Override
  public boolean isGone() {
    return response.closed();
  }

  @Override
  public synchronized void part(Map<String, Object> members) {
    begin();
    write("data: " + Json.of(members) + "\n\n");
  }

  synchronized void end() {
    begin();
    finish("event: end\ndata: {}\n\n");
  }

  synchronized void fail(Failure failure) {
    try {
      finish("event: error\ndata: " + Json.of(ProblemDetails.of(failure)) + "\n\n");
    } catch (LifecycleException e) {
      log.atDebug().setCause(e).log("nobody is there to be told");
    }
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
      var _ =
          done.future()
              .toCompletionStage()
              .toCompletableFuture()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new LifecycleException(new Cancelled("the caller has gone"), e);
    } catch (TimeoutException e) {
      context.runOnContext(_ -> response.reset());
      throw new LifecycleException(new Cancelled("the caller reads no more"), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LifecycleException(new Cancelled("this Stoker ends"), e);
    }
  }
}
