package dev.stoker.domain.process;

/** How a process ended, as far as can be known. */
public sealed interface ExitStatus {
  /** Codes from here on mean "killed by signal (code - 128)", in the shells' and Java's way. */
  int SIGNAL_BASE = 128;

  /** The highest signal number on Linux. */
  int HIGHEST_SIGNAL = 64;

  /**
   * It ended by itself.
   *
   * @param code 0 to 255; 0 does not mean "as wished": vLLM exits 0 when its engine dies
   */
  record Exited(int code) implements ExitStatus {
    @Override
    public String describe() {
      return "exit code " + code;
    }
  }

  /**
   * A signal ended it.
   *
   * @param signal the number, 9 for SIGKILL
   */
  record Signalled(int signal) implements ExitStatus {
    @Override
    public String describe() {
      String name =
          switch (signal) {
            case 1 -> " (SIGHUP)";
            case 2 -> " (SIGINT)";
            case 4 -> " (SIGILL: a processor instruction this machine lacks)";
            case 6 -> " (SIGABRT)";
            case 7 -> " (SIGBUS: often /dev/shm is too small)";
            case 9 -> " (SIGKILL: somebody, or the kernel for lack of memory)";
            case 11 -> " (SIGSEGV)";
            case 15 -> " (SIGTERM)";
            default -> "";
          };
      return "signal " + signal + name;
    }
  }

  /** It is gone, and nobody could see how: it was not our child. */
  record Unseen() implements ExitStatus {
    @Override
    public String describe() {
      return "an end that nobody saw";
    }
  }

  /**
   * A process of its tree that it cannot be without is gone; the main process may still be there.
   *
   * @param command its name, such as {@code VLLM::EngineCor}
   * @param pid which it was
   */
  record PartGone(String command, long pid) implements ExitStatus {
    @Override
    public String describe() {
      return "its process " + command + " (pid " + pid + ") is gone";
    }
  }

  /** {@return the status behind what {@link Process#exitValue()} gives} */
  static ExitStatus ofExitValue(int value) {
    boolean bySignal = value > SIGNAL_BASE && value <= SIGNAL_BASE + HIGHEST_SIGNAL;
    return bySignal ? new Signalled(value - SIGNAL_BASE) : new Exited(value);
  }

  /** {@return a few words for messages, such as {@code exit code 1}} */
  String describe();
}
