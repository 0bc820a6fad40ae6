package dev.stoker.domain.progress;

/**
 * What a line of a server's output says of its start.
 *
 * @param phase the phase it belongs to
 * @param done how many parts of it are done; 0 where none are counted
 * @param total of how many; 0 where none are counted
 * @param remark what is unusual about it, a few words; most often empty
 */
public record LoadSign(LoadPhase phase, int done, int total, String remark) {
  /** {@return that the phase was reached} */
  public static LoadSign of(LoadPhase phase) {
    return new LoadSign(phase, 0, 0, "");
  }

  /** {@return that so many parts are done; counts that make no sense are no counts} */
  public static LoadSign counted(LoadPhase phase, int done, int total) {
    return total > 0 && done >= 0 && done <= total
        ? new LoadSign(phase, done, total, "")
        : of(phase);
  }

  /** {@return that something is unusual about the phase} */
  public static LoadSign remarked(LoadPhase phase, String remark) {
    return new LoadSign(phase, 0, 0, remark);
  }

  /** {@return whether parts are counted} */
  public boolean isCounted() {
    return total > 0;
  }

  /** {@return such as {@code shard 1 of 2}; empty where nothing is counted} */
  public String detail() {
    if (!isCounted()) {
      return "";
    }
    return (phase == LoadPhase.GRAPHS ? "graph " : "shard ") + done + " of " + total;
  }
}
