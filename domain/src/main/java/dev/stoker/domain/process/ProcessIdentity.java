package dev.stoker.domain.process;

/**
 * What tells a process from every other that ever ran: a pid alone is reused.
 *
 * @param pid the process id, above 0
 * @param startTicks field 22 of {@code /proc/PID/stat}: clock ticks from boot to the process's
 *     start
 * @param bootId {@code /proc/sys/kernel/random/boot_id} of the boot it belongs to
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {
  /**
   * Checks the pid.
   *
   * @throws IllegalArgumentException when the pid is not above 0 or the start is negative
   */
  public ProcessIdentity {
    if (pid <= 0 || startTicks < 0) {
      throw new IllegalArgumentException("no process: pid " + pid + ", start " + startTicks);
    }
  }
}
