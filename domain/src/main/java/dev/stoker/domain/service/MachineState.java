package dev.stoker.domain.service;

import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.health.HealthCheckResult;
import dev.stoker.domain.process.ProcessIdentity;
import dev.stoker.domain.progress.LoadPhase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a service stands, with exactly the data that this standing has.
 *
 * <pre>
 *             start             launched            ready
 *  Stopped ──────────► Launching ───────► Starting ───────► Running
 *     ▲                    │ not launched    │ exit, stall      │ exit, 3 failed checks
 *     │                    ▼                 ▼                  ▼
 *     │                 Failed ◄──── Sweeping ◄──── Stopping ◄──┘ stop
 *     │                                 │  ▲ exit, end of grace
 *     └─────────────────────────────────┘  └ WaitingToRestart ──► Launching
 * </pre>
 *
 * <p>What an earlier Stoker left begins in {@link Recovering}: kept, it is {@link Starting} until
 * it has answered; else it is swept. A service whose process is somebody else's is {@link
 * Observed}.
 *
 * <p>A launch ends in {@link Sweeping} whatever way it ended: only when nothing of it is left does
 * the service settle or start again (D1).
 */
public sealed interface MachineState {
  /** {@return whether nothing of it is ours to run, and nothing is on its way} */
  default boolean isDown() {
    return this instanceof Stopped || this instanceof Failed || this instanceof Observed;
  }

  /** {@return what every state carries} */
  Memory memory();

  /** {@return what this standing is called outside} */
  ServiceState serviceState();

  /** {@return whether nothing happens any more until somebody asks} */
  default boolean isSettled() {
    return false;
  }

  /**
   * Nothing runs.
   *
   * @param memory carried
   * @param byHand whether somebody wished it; then only a start by hand ends it
   */
  record Stopped(Memory memory, boolean byHand) implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.STOPPED;
    }

    @Override
    public boolean isSettled() {
      return true;
    }
  }

  /**
   * A lease of an earlier Stoker, or its wish to have it up, was found; it is being looked at what
   * lives of it.
   *
   * @param memory carried
   * @param next what follows when nothing of it can be kept
   * @param keep whether a server that is found whole is taken over; else it is ended
   * @param since when that began
   */
  record Recovering(Memory memory, AfterEnd next, boolean keep, Instant since)
      implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.UNKNOWN;
    }
  }

  /**
   * The lease is written and the process is being launched; its pid is not known yet.
   *
   * @param memory carried
   * @param automatic whether it is an automatic restart
   * @param since when that began
   */
  record Launching(Memory memory, boolean automatic, Instant since) implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.STARTING;
    }
  }

  /**
   * The process runs and loads.
   *
   * @param memory carried
   * @param process the main process
   * @param phase how far it has come
   * @param since when it was launched
   */
  record Starting(Memory memory, ProcessIdentity process, LoadPhase phase, Instant since)
      implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.STARTING;
    }
  }

  /**
   * It serves.
   *
   * @param memory carried
   * @param process the main process
   * @param since when it became ready
   * @param failedChecks how many in a row, the last ones
   */
  record Running(Memory memory, ProcessIdentity process, Instant since, int failedChecks)
      implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.RUNNING;
    }

    @Override
    public boolean isSettled() {
      return true;
    }
  }

  /**
   * It is to end, and what it was asked before may finish first; nothing was signalled yet.
   *
   * @param memory what goes on
   * @param process its main process
   * @param next what follows
   * @param since when it became ready
   */
  record Draining(Memory memory, ProcessIdentity process, AfterEnd next, Instant since)
      implements MachineState {
    /** {@return the same with this to follow} */
    Draining followedBy(AfterEnd other) {
      return new Draining(memory, process, other, since);
    }

    @Override
    public ServiceState serviceState() {
      return ServiceState.STOPPING;
    }
  }

  /**
   * It was told to end.
   *
   * @param memory carried
   * @param process the main process, null while its launch is still under way
   * @param loading whether it was not ready yet: then one SIGTERM is not enough
   * @param next what follows when nothing is left of it
   * @param since when it was told
   */
  record Stopping(
      Memory memory,
      @Nullable ProcessIdentity process,
      boolean loading,
      AfterEnd next,
      Instant since)
      implements MachineState {
    /** {@return the same with this to follow} */
    Stopping followedBy(AfterEnd other) {
      return new Stopping(memory, process, loading, other, since);
    }

    @Override
    public ServiceState serviceState() {
      return ServiceState.STOPPING;
    }
  }

  /**
   * The main process is gone or given up; everything of its tree is being ended and proven gone.
   *
   * @param memory carried
   * @param next what follows
   * @param crashed whether it ended unasked
   * @param since when that began
   */
  record Sweeping(Memory memory, AfterEnd next, boolean crashed, Instant since)
      implements MachineState {
    /** {@return the same with this to follow} */
    Sweeping followedBy(AfterEnd other) {
      return new Sweeping(memory, other, crashed, since);
    }

    @Override
    public ServiceState serviceState() {
      return crashed ? ServiceState.CRASHED : ServiceState.STOPPING;
    }
  }

  /**
   * It crashed, nothing of it is left, and it will be started again.
   *
   * @param memory carried
   * @param why why it ended
   * @param at when it will be
   */
  record WaitingToRestart(Memory memory, Failure why, Instant at) implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.CRASHED;
    }
  }

  /**
   * It is not there and will not be started by itself.
   *
   * @param memory carried
   * @param why the reason to show
   */
  record Failed(Memory memory, Failure why) implements MachineState {
    @Override
    public ServiceState serviceState() {
      return ServiceState.FAILED;
    }

    @Override
    public boolean isSettled() {
      return true;
    }
  }

  /**
   * Somebody else owns the process; this is what was seen last (FR-003).
   *
   * @param memory carried
   * @param process the main process where it was ours before and has not been seen to end, else
   *     null
   * @param last what the last check found
   * @param since since when it is so
   * @param failedChecks how many in a row, the last ones
   */
  record Observed(
      Memory memory,
      @Nullable ProcessIdentity process,
      HealthCheckResult last,
      Instant since,
      int failedChecks)
      implements MachineState {
    @Override
    public ServiceState serviceState() {
      return switch (last) {
        case HealthCheckResult.Healthy _ -> ServiceState.RUNNING;
        case HealthCheckResult.ProbeBroken _ -> ServiceState.UNKNOWN;
        default ->
            failedChecks >= LifecyclePolicy.FAILED_CHECKS
                ? ServiceState.FAILED
                : ServiceState.UNKNOWN;
      };
    }

    @Override
    public boolean isSettled() {
      return true;
    }
  }
}
