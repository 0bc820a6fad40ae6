package dev.stoker.cli.command;

import dev.stoker.application.port.in.Models.PullProgress;
import dev.stoker.application.port.in.Models.PullWatcher;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.PullView;
import dev.stoker.domain.failure.LifecycleException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Something long that bytes go through: with progress, and an end at a signal. */
final class Transfer {
  private final Session session;
  private final AtomicInteger signal = new AtomicInteger();

  Transfer(Session session) {
    this.session = session;
  }

  /**
   * Does it.
   *
   * @param work what, with the watcher to tell; what it returns is the result
   * @param interrupted what is said when a signal ended it
   * @return the exit code
   */
  int run(Function<PullWatcher, String> work, String interrupted) {
    Thread worker = Thread.currentThread();
    session
        .signals()
        .listen(
            number -> {
              signal.set(number);
              worker.interrupt();
            });
    PullView view = new PullView(session.terminal());
    try {
      String result = work.apply(new Showing(view, signal));
      view.end();
      session.terminal().result(result);
      return ExitCodes.OK;
    } catch (LifecycleException e) {
      view.end();
      if (signal.get() == 0) {
        throw e;
      }
      session.terminal().say(interrupted);
      return ExitCodes.SIGNAL_BASE + signal.get();
    }
  }

  /**
   * Draws, and ends at a signal.
   *
   * @param view where
   * @param signal the number of one that came, else 0
   */
  private record Showing(PullView view, AtomicInteger signal) implements PullWatcher {
    @Override
    public void progress(PullProgress progress) {
      view.show(progress, Duration.ofNanos(System.nanoTime()));
    }

    @Override
    public void remark(String sentence) {
      view.remark(sentence);
    }

    @Override
    public boolean isCancelled() {
      return signal.get() != 0;
    }
  }
}
