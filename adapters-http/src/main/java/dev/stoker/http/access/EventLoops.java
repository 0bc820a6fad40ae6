package dev.stoker.http.access;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** As few threads as can be: no files are served, and no names looked up. */
public final class EventLoops {
  private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

  /** The end of the daemon waits no longer for what its event loops do not finish. */
  private static final int CLOSE_SECONDS = 5;

  private EventLoops() {}

  /** {@return so many event loops} */
  public static Vertx start(int loops) {
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(loops)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            // It looks every second whether a loop is blocked, and would only log it.
            .setBlockedThreadCheckInterval(1)
            .setBlockedThreadCheckIntervalUnit(TimeUnit.HOURS)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setClassPathResolvingEnabled(false)
                    .setFileCachingEnabled(false)));
  }

  /** Ends them, and everything that they do; open calls are cut. */
  public static void close(Vertx vertx) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.atWarn().addKeyValue("problem", String.valueOf(e.getCause())).log("not closed in order");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
