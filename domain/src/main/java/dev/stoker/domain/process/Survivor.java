package dev.stoker.domain.process;

/**
 * A process of ours that could not be ended; named, never claimed gone.
 *
 * @param process which one
 * @param command its name, as the kernel shows it
 * @param state the letter of {@code /proc/PID/stat}: {@code D} means it waits in the kernel
 * @param waitingIn the kernel function it waits in, empty when unreadable
 */
public record Survivor(ProcessIdentity process, String command, char state, String waitingIn) {
  /** {@return a few words for messages} */
  public String describe() {
    String where = waitingIn.isEmpty() ? "" : " in " + waitingIn;
    return "pid " + process.pid() + " (" + command + ", state " + state + where + ")";
  }
}
