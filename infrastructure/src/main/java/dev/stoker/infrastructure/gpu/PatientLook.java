package dev.stoker.infrastructure.gpu;

import dev.stoker.domain.gpu.GpuReport;
import dev.stoker.domain.gpu.GpuSource;
import dev.stoker.domain.gpu.GpuTrouble;
import dev.stoker.domain.gpu.GpuVendor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks with a limit of time. A driver that hangs holds whoever asks it for ever, and cannot be
 * interrupted: it is asked on a thread of its own, one at a time, and never again before it has
 * answered. For any thread.
 */
final class PatientLook {
  private static final Logger log = LoggerFactory.getLogger(PatientLook.class);

  /** Without persistence the driver is loaded by the first who asks ({@code facts} E5). */
  private static final Duration FIRST = Duration.ofSeconds(60);

  private static final Duration LATER = Duration.ofSeconds(5);

  private final GpuVendor vendor;
  private final VendorLook look;
  private final Duration first;
  private final Duration later;
  private @Nullable Asking asking;
  private volatile boolean answered;

  PatientLook(GpuVendor vendor, VendorLook look) {
    this(vendor, look, FIRST, LATER);
  }

  /** For tests: other limits. */
  PatientLook(GpuVendor vendor, VendorLook look, Duration first, Duration later) {
    this.vendor = vendor;
    this.look = look;
    this.first = first;
    this.later = later;
  }

  /**
   * A question under way.
   *
   * @param answer to it
   * @param thread that waits for it
   * @param fresh whether what was told some seconds ago will not do
   * @param until when nobody waits for it any more, by {@code System.nanoTime}
   */
  private record Asking(
      CompletableFuture<GpuReport> answer, Thread thread, boolean fresh, long until) {}

  /** {@return what is known, or that it does not answer} */
  GpuReport look(boolean fresh) {
    Asking current = ask(fresh);
    GpuReport report = await(current);
    // Who was there before asked for less.
    return current.fresh() || !fresh || !current.answer().isDone() ? report : await(ask(true));
  }

  private GpuReport await(Asking current) {
    long patience = Math.max(0, current.until() - System.nanoTime());
    try {
      return current.answer().get(patience, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // A program can be ended; a library cannot, and is waited for by nobody.
      current.thread().interrupt();
      return failed(GpuTrouble.TIMEOUT, "it was asked, and does not answer");
    } catch (ExecutionException e) {
      log.atWarn().setCause(e.getCause()).addKeyValue("vendor", vendor).log("GPUs not looked at");
      return failed(GpuTrouble.BROKEN, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(GpuTrouble.TIMEOUT, "not waited for");
    }
  }

  private GpuReport failed(GpuTrouble trouble, String said) {
    return GpuReport.failed(GpuSource.failed(vendor, "driver", trouble, said));
  }

  /** Who comes while it is being asked gets the same answer. */
  private synchronized Asking ask(boolean fresh) {
    Asking current = asking;
    if (current != null && !current.answer().isDone()) {
      return current;
    }
    CompletableFuture<GpuReport> answer = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform().daemon().name("gpus-" + vendor).unstarted(() -> answer(answer, fresh));
    Duration patience = answered ? later : first;
    Asking begun = new Asking(answer, thread, fresh, System.nanoTime() + patience.toNanos());
    asking = begun;
    thread.start();
    return begun;
  }

  private void answer(CompletableFuture<GpuReport> answer, boolean fresh) {
    try {
      answer.complete(look.look(fresh));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } finally {
      answered = true;
    }
  }
}
