package dev.stoker.domain.process;

/**
 * Who has a port bound.
 *
 * @param pid the process, or 0 when it belongs to another user and cannot be seen
 * @param command its command line, shortened; empty when it cannot be seen
 */
public record PortHolder(long pid, String command) {
  /** {@return a holder that cannot be told} */
  public static PortHolder unseen() {
    return new PortHolder(0, "");
  }

  /** {@return a few words for messages (FR-043)} */
  public String describe() {
    if (pid == 0) {
      return command.isEmpty() ? "a process that this user may not see" : command;
    }
    return "pid " + pid + (command.isEmpty() ? "" : " (" + command + ")");
  }
}
