package dev.stoker.domain.failure;

import dev.stoker.domain.config.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** What can be wrong with Stoker's own surroundings: configuration, engines, home, state. */
public sealed interface StokerFailure extends Failure {
  /**
   * No engine was found.
   *
   * @param looked the places that were looked at; one where the user named it
   */
  record EngineNotInstalled(List<String> looked) implements StokerFailure {
    /** Copies the list. */
    public EngineNotInstalled {
      looked = List.copyOf(looked);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.ENGINE_NOT_INSTALLED;
    }

    @Override
    public String what() {
      return looked.size() == 1
          ? "there is no vLLM at '"
              + looked.getFirst()
              + "', which --engine or the key 'engine' names"
          : "no vLLM was found";
    }

    @Override
    public String cause() {
      return looked.size() == 1
          ? "no such file, or a Python without vLLM"
          : "looked at: " + String.join(", ", looked);
    }

    @Override
    public String remedy() {
      return (looked.size() == 1
              ? "correct it ('stoker engine list' shows which there are), or "
              : "")
          + "run 'stoker engine install vllm' (or add --install to 'stoker up'), or set"
          + " providers.vllm.engine to a vLLM's Python or virtual environment; to try Stoker"
          + " without a vLLM: --practice, or engine: practice";
    }
  }

  /**
   * The engine is too old.
   *
   * @param version what was found
   * @param where where
   */
  record UnsupportedVersion(String version, String where) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNSUPPORTED_VERSION;
    }

    @Override
    public String what() {
      return "vLLM " + version + " in " + where + " is not supported";
    }

    @Override
    public String cause() {
      return "Stoker needs 0.4.0 or later";
    }

    @Override
    public String remedy() {
      return "upgrade it, or run 'stoker engine install vllm' for a private one";
    }
  }

  /**
   * Configuration, environment or flags are wrong (FR-042).
   *
   * @param violations everything that is wrong, never empty
   */
  record InvalidConfiguration(List<Violation> violations) implements StokerFailure {
    /** Copies the list. */
    public InvalidConfiguration {
      violations = List.copyOf(violations);
    }

    @Override
    public ErrorCode code() {
      return ErrorCode.INVALID_CONFIGURATION;
    }

    @Override
    public String what() {
      return violations.stream()
          .map(Violation::line)
          .collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "correct the values above; docs/configuration.md lists every key";
    }
  }

  /**
   * Another Stoker owns the home.
   *
   * @param pid its pid, 0 when it cannot be told
   * @param what what it runs, such as {@code up demo}
   */
  record HomeInUse(long pid, String what, String home) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.HOME_IN_USE;
    }

    @Override
    public String what() {
      return "another Stoker (pid " + pid + ", " + what.strip() + ") owns " + home;
    }

    @Override
    public String cause() {
      return "one Stoker owns a home at a time";
    }

    @Override
    public String remedy() {
      return "end that one first, let 'stoker serve' run several services in one Stoker, or give"
          + " this one a home of its own (STOKER_HOME)";
    }
  }

  /**
   * A Stoker that was killed left a server.
   *
   * @param description service, pid and port of what was left
   */
  record LeftoverServer(String description) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.LEFTOVER;
    }

    @Override
    public String what() {
      return "left behind by an earlier Stoker: " + description;
    }

    @Override
    public String cause() {
      return "that Stoker was killed, or left its server running when it ended (stop_on_exit:"
          + " false)";
    }

    @Override
    public String remedy() {
      return "run 'stoker sweep' to end it and remove what it left";
    }
  }

  /**
   * The state file is of a later version, or cannot be read or written.
   *
   * @param file which
   * @param problem what is wrong
   */
  record StateUnusable(String file, String problem) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.STATE_UNUSABLE;
    }

    @Override
    public String what() {
      return file + ": " + problem;
    }

    @Override
    public String cause() {
      return "";
    }

    @Override
    public String remedy() {
      return "check its owner and rights, use the Stoker that wrote it, or move it away";
    }
  }

  /**
   * An engine could not be installed.
   *
   * @param problem in one sentence
   * @param advice what to do
   * @param evidence the installer's last lines
   */
  record InstallFailed(String problem, String advice, Evidence evidence) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.INSTALL_FAILED;
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
      return advice;
    }
  }

  /**
   * The mode forbids it.
   *
   * @param action what was asked for
   * @param mode the mode's name
   */
  record NotPermitted(String action, String mode) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.NOT_PERMITTED;
    }

    @Override
    public String what() {
      return "'" + action + "' is not permitted in mode " + mode;
    }

    @Override
    public String cause() {
      return "in this mode somebody else owns the process";
    }

    @Override
    public String remedy() {
      return "use that owner's tool, or set lifecycle.mode to managed";
    }
  }

  /**
   * A bug of ours.
   *
   * @param problem what was seen
   */
  record Internal(String problem) implements StokerFailure {
    @Override
    public ErrorCode code() {
      return ErrorCode.INTERNAL;
    }

    @Override
    public String what() {
      return problem;
    }

    @Override
    public String cause() {
      return "a fault in Stoker";
    }

    @Override
    public String remedy() {
      return "report it with the log; STOKER_LOG=debug shows more";
    }
  }
}
