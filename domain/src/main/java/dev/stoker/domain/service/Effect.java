package dev.stoker.domain.service;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.process.ProcessIdentity;
import java.time.Duration;

/** What the machine wants done. Effects are run in order; what comes of them returns as events. */
public sealed interface Effect {
  /**
   * Write the lease, then launch; answers {@code Launched} or {@code NotLaunched}, and once {@code
   * ProcessExited}.
   *
   * @param epoch the number of this launch
   */
  record LaunchProcess(long epoch) implements Effect {}

  /**
   * Launch it no more, if it only waits for its port or devices; answers {@code NotLaunched} then.
   * A launch that is under way goes on, and its process is ended as soon as it is known.
   *
   * @param epoch of the launch
   */
  record CancelLaunch(long epoch) implements Effect {}

  /**
   * Look what lives of an earlier Stoker's launch; answers {@code Found}, and once {@code
   * ProcessExited}, or {@code Broken}. Nothing is signalled.
   *
   * @param epoch of the launch
   */
  record Recover(long epoch) implements Effect {}

  /**
   * Follow the start: phases, stalls, readiness.
   *
   * @param epoch of the launch
   */
  record WatchStart(long epoch) implements Effect {}

  /**
   * Tell when no request is under way to it any more; answers {@code Drained}, at once where none
   * is. Nothing is cut.
   *
   * @param epoch of the launch
   */
  record Drain(long epoch) implements Effect {}

  /**
   * End what is still under way to it, in order: a server that is to end waits for its clients.
   *
   * @param epoch of the launch
   */
  record CutRequests(long epoch) implements Effect {}

  /**
   * Send SIGTERM to the main process alone: to the group it hangs a loading vLLM for ever.
   *
   * @param epoch of the launch
   * @param process the main process
   */
  record Terminate(long epoch, ProcessIdentity process) implements Effect {}

  /**
   * End everything that is proven ours, prove that nothing is left, remove what it left; answers
   * {@code Swept}.
   *
   * @param epoch of the launch
   */
  record Sweep(long epoch) implements Effect {}

  /**
   * Send {@code TimerFired} later.
   *
   * @param epoch of the launch
   * @param timer which
   * @param delay when
   */
  record StartTimer(long epoch, ServiceEvent.Timer timer, Duration delay) implements Effect {}

  /**
   * Check its health from now on, at once and then at the policy's interval; answers {@code
   * Checked} and {@code Resumed} until the launch ends or {@link EndWatch}.
   *
   * @param epoch of the launch
   */
  record WatchHealth(long epoch) implements Effect {}

  /**
   * Check its health once; answers {@code Checked}.
   *
   * @param epoch of the launch
   */
  record CheckOnce(long epoch) implements Effect {}

  /**
   * Watch it no more.
   *
   * @param epoch of the launch
   */
  record EndWatch(long epoch) implements Effect {}

  /**
   * Release everyone who waits.
   *
   * @param settlement with which answer
   */
  record Settle(Settlement settlement) implements Effect {}

  /**
   * How waits end; {@link Aborted}, {@link Kept} and {@link Gone} release only those they concern.
   */
  sealed interface Settlement {
    /** It serves. */
    record Ready() implements Settlement {}

    /** Nothing of it is left, and nothing follows. */
    record Down() implements Settlement {}

    /**
     * Nothing of the launch is left, and another follows: who waits for readiness goes on waiting.
     */
    record Gone() implements Settlement {}

    /**
     * It will not become ready; who waits for its end goes on waiting.
     *
     * @param why the reason
     */
    record Aborted(Failure why) implements Settlement {}

    /**
     * It is not ended; who waits for readiness goes on waiting.
     *
     * @param why the reason
     */
    record Kept(Failure why) implements Settlement {}

    /**
     * It is not there and will not be started by itself.
     *
     * @param why the reason
     */
    record Unable(Failure why) implements Settlement {}
  }
}
