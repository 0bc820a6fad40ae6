package dev.stoker.domain.failure;

import dev.stoker.domain.process.ExitStatus;
import dev.stoker.domain.process.Survivor;
import dev.stoker.domain.progress.LoadPhase;
import dev.stoker.domain.unit.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** What can happen to a launched server. */
public sealed interface ServerFailure extends Failure {

  /**
   * It ended by itself: any exit nobody asked for is a crash, whatever its code (D8).
   *
   * @param phase how far it had come, in words
   * @param exit how it ended
   * @param problem the line that tells the cause, or empty
   * @param evidence its last lines
   */
  record Died(String phase, ExitStatus exit, String problem, Evidence evidence)
      implements ServerFailure {
    /** {@return that it ended while no Stoker was there to see it} */
    public static Died unwatched() {
      return new Died(
          "no Stoker watched it",
          new ExitStatus.Unseen(),
          "Stoker had ended, or the machine was restarted, while it was meant to be up",
          Evidence.none());
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.ENGINE_DIED;
    }

    @Override
    public String what() {
      return "the server ended while " + phase + " (" + exit.describe() + ")";
    }

    @Override
    public String cause() {
      return problem;
    }

    @Override
    public String remedy() {
      return "read its last lines" + (evidence.log() == null ? "" : " in " + evidence.log());
    }
  }

  /**
   * What a provider's table of causes found.
   *
   * @param code the row of the catalogue
   * @param what what happened, with the numbers of the case
   * @param cause why most likely, or empty
   * @param remedy what to do
   * @param retry whether starting again can help; the catalogue's answer may be too coarse
   * @param evidence the lines that tell it
   */
  record Diagnosed(
      ErrorCode code, String what, String cause, String remedy, Retry retry, Evidence evidence)
      implements ServerFailure {
    /** {@return the same, of which starting again can help so much} */
    public Diagnosed with(Retry other) {
      return new Diagnosed(code, what, cause, remedy, other, evidence);
    }
  }

  /**
   * Nothing moved for too long (FR-047).
   *
   * @param phase where it stood
   * @param silence how long nothing moved
   * @param elapsed since launch
   * @param key the configuration key that sets the limit
   * @param evidence its last lines
   */
  record LoadStalled(
      LoadPhase phase, Duration silence, Duration elapsed, String key, Evidence evidence)
      implements ServerFailure {
    /** The key that limits a start also while it moves. */
    public static final String WHOLE_START = "lifecycle.total_start_timeout_seconds";

    @Override
    public ErrorCode code() {
      return ErrorCode.LOAD_TIMED_OUT;
    }

    @Override
    public String what() {
      return isWholeStart()
          ? "not ready " + elapsed.toSeconds() + " s after launch, while " + phase.label()
          : "no progress for "
              + silence.toSeconds()
              + " s while "
              + phase.label()
              + ", "
              + elapsed.toSeconds()
              + " s after launch";
    }

    private boolean isWholeStart() {
      return key.equals(WHOLE_START);
    }

    @Override
    public String cause() {
      return isWholeStart()
          ? "the whole start may not take longer, by the configured limit"
          : "the server hangs, or the machine is too slow for the limit";
    }

    @Override
    public String remedy() {
      return "raise " + key + " if it only needs more time";
    }
  }

  /**
   * It never gave a sign of life.
   *
   * @param limit how long it was waited for
   * @param evidence its last lines
   */
  record NoSignOfLife(Duration limit, Evidence evidence) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.START_TIMED_OUT;
    }

    @Override
    public String what() {
      return "the server printed nothing and used no processor time for "
          + limit.toSeconds()
          + " s";
    }

    @Override
    public String cause() {
      return "the program hangs before it begins, or the machine is overloaded";
    }

    @Override
    public String remedy() {
      return "run the launch command by hand ('stoker config show' prints it), or raise"
          + " lifecycle.start_timeout_seconds";
    }
  }

  /**
   * The server refused its command line.
   *
   * @param problem its own words
   * @param evidence its last lines
   */
  record FlagRejected(String problem, Evidence evidence) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.FLAG_REJECTED;
    }

    @Override
    public String what() {
      return "the server rejected its command line: " + problem;
    }

    @Override
    public String cause() {
      return "this version of vLLM does not know a flag or value given behind '--' or in 'args'";
    }

    @Override
    public String remedy() {
      return "correct the flag; 'PYTHON -m vllm.entrypoints.openai.api_server --help' lists those"
          + " of that version ('stoker engine list' shows its PYTHON)";
    }
  }

  /**
   * It runs, but what answers is not what was asked for (FR-018).
   *
   * @param problem what is wrong
   * @param evidence what said so
   */
  record NotServing(String problem, Evidence evidence) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_SERVING;
    }

    @Override
    public String what() {
      return problem;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "read the server's log" + (evidence.log() == null ? "" : " in " + evidence.log());
    }
  }

  /**
   * Several checks in a row failed (AC-016).
   *
   * @param checks how many
   * @param last what the last one found
   */
  record HealthLost(int checks, String last) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.HEALTH_LOST;
    }

    @Override
    public String what() {
      return checks + " health checks in a row failed, the last: " + last;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "read the server's log; if it is only slow, its load is too high";
    }
  }

  /**
   * It owes work and does none.
   *
   * @param silence how long
   * @param proof what was seen, in one sentence
   * @param evidence its last lines
   */
  record Hung(Duration silence, String proof, Evidence evidence) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.HUNG;
    }

    @Override
    public String what() {
      return "the server has done no work for "
          + DurationText.of(silence)
          + " though it owes some: "
          + proof;
    }

    @Override
    public String cause() {
      return "a process of the engine, its driver or its network hangs; /health does not show that";
    }

    @Override
    public String remedy() {
      return "it is restarted; where it was only slow, raise lifecycle.hang_timeout_seconds";
    }
  }

  /**
   * It died too often (FR-033).
   *
   * @param limit which limit was reached, such as {@code 3 restarts within 60 s}
   * @param last why it died last
   */
  record RestartLimitReached(String limit, Failure last) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.RESTART_LIMIT;
    }

    @Override
    public String what() {
      return "given up: " + limit + "; last: " + last.what();
    }

    @Override
    public String cause() {
      return last.cause();
    }

    @Override
    public String remedy() {
      return last.remedy() + "; then start it by hand";
    }

    @Override
    public Evidence evidence() {
      return last.evidence();
    }
  }

  /**
   * Processes of ours outlived SIGKILL.
   *
   * @param survivors which
   */
  record SurvivorsLeft(List<Survivor> survivors) implements ServerFailure {
    /** Copies the list. */
    public SurvivorsLeft {
      survivors = List.copyOf(survivors);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.SURVIVORS;
    }

    @Override
    public String what() {
      return "still there after SIGKILL: "
          + survivors.stream().map(Survivor::describe).collect(Collectors.joining(", "));
    }

    @Override
    public String cause() {
      return "a process in state D waits inside the kernel, most often in a driver";
    }

    @Override
    public String remedy() {
      return "wait, then 'stoker sweep'; a process that stays in state D goes only with a reboot";
    }
  }

  /**
   * A stop came while it was starting.
   *
   * @param reason who asked
   */
  record Cancelled(String reason) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.CANCELLED;
    }

    @Override
    public String what() {
      return "stopped before it was ready: " + reason;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "start it again when wanted";
    }
  }

  /**
   * The operating system would not launch it.
   *
   * @param command the program
   * @param problem in whose words
   */
  record LaunchFailed(String command, String problem) implements ServerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.LAUNCH_FAILED;
    }

    @Override
    public String what() {
      return "'" + command + "' could not be launched: " + problem;
    }

    @Override
    public String cause() {
      return "the program is gone, not executable, or the machine is out of processes or memory";
    }

    @Override
    public String remedy() {
      return "check that the program runs; 'stoker engine list' shows the engines";
    }
  }
}
