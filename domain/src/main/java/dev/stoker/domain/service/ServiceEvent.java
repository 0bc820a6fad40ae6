package dev.stoker.domain.service;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.progress.LoadPhase;
import java.time.Instant;
import java.util.List;

/** Whatever the machine can be told: commands, and what happened outside. */
public sealed interface ServiceEvent
    permits ServiceCommand, ServiceEvent.Reconfigured, ServiceEvent.OfLaunch {

  /** The options are others now; what holds from here on stands in the policy. */
  record Reconfigured() implements ServiceEvent {}

  /**
   * Something that happened to one launch; of an earlier launch it is stale and changes nothing.
   */
  sealed interface OfLaunch extends ServiceEvent {
    /** {@return the number of the launch} */
    long epoch();
  }

  /**
   * What the launch waited for may be there now: its model, its port, its devices.
   *
   * @param epoch of the launch
   */
  record MayLaunch(long epoch) implements OfLaunch {}

  /**
   * The process exists.
   *
   * @param epoch of the launch
   * @param process the main process
   */
  record Launched(long epoch, ProcessIdentity process) implements OfLaunch {}

  /**
   * No process came to be.
   *
   * @param epoch of the launch
   * @param why the reason
   */
  record NotLaunched(long epoch, Failure why) implements OfLaunch {}

  /**
   * Loading has come to a further phase.
   *
   * @param epoch of the launch
   * @param phase which
   */
  record PhaseReached(long epoch, LoadPhase phase) implements OfLaunch {}

  /**
   * It answered the request that proves it.
   *
   * @param epoch of the launch
   * @param since since when it serves: earlier than now where it was taken over
   */
  record BecameReady(long epoch, Instant since) implements OfLaunch {}

  /**
   * It will not become ready: it hangs, or something else serves in its place.
   *
   * @param epoch of the launch
   * @param why the reason
   */
  record StartGivenUp(long epoch, Failure why) implements OfLaunch {}

  /**
   * The main process, or another that the server cannot be without, is gone.
   *
   * @param epoch of the launch
   * @param status how
   * @param why the cause, concluded from its output
   */
  record ProcessExited(long epoch, ExitStatus status, Failure why) implements OfLaunch {}

  /**
   * A health check was made.
   *
   * @param epoch of the launch, 0 where the process is not ours
   * @param result what it found
   */
  record Checked(long epoch, HealthCheckResult result) implements OfLaunch {}

  /**
   * It owes work and does none: it hangs, whatever its health checks say.
   *
   * @param epoch of the launch
   * @param why the verdict with its evidence
   */
  record Hung(long epoch, Failure why) implements OfLaunch {}

  /**
   * No request is under way to it any more.
   *
   * @param epoch of the launch
   */
  record Drained(long epoch) implements OfLaunch {}

  /**
   * Nothing was asked of it for as long as it is kept for nobody.
   *
   * @param epoch of the launch
   */
  record Idle(long epoch) implements OfLaunch {}

  /**
   * A timer that the machine asked for.
   *
   * @param epoch of the launch
   * @param timer which
   */
  record TimerFired(long epoch, Timer timer) implements OfLaunch {}

  /**
   * The tree was swept.
   *
   * @param epoch of the launch
   * @param survivors what could not be ended, most often empty
   */
  record Swept(long epoch, List<Survivor> survivors) implements OfLaunch {
    /** Copies the list. */
    public Swept {
      survivors = List.copyOf(survivors);
    }
  }

  /**
   * The main process of an earlier Stoker's launch lives, and is proven to be this service's.
   *
   * @param epoch of the launch
   * @param process the main process
   * @param current whether it was launched with what the service is meant to be now
   */
  record Found(long epoch, ProcessIdentity process, boolean current) implements OfLaunch {}

  /**
   * Of an earlier Stoker's launch no main process lives; others of it may.
   *
   * @param epoch of the launch
   */
  record Broken(long epoch) implements OfLaunch {}

  /**
   * The whole machine was asleep, or Stoker was kept from running: what was counted before says
   * nothing of now.
   *
   * @param epoch of the launch
   */
  record Resumed(long epoch) implements OfLaunch {}

  /** The timers of the machine. */
  enum Timer {
    /** Requests had time enough to finish. */
    DRAIN,
    /** Send the second SIGTERM. */
    SECOND_TERM,
    /** The grace after SIGTERM is over. */
    STOP_GRACE,
    /** The wait before a restart is over. */
    RESTART
  }
}
