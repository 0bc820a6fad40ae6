package dev.stoker.domain.gpu;

/** Whether an accelerator can be used. */
public enum GpuCondition {
  /** Nothing is known to be wrong. */
  OK("ok", true),
  /** The driver has lost it: it fell off the bus. Only a reboot brings it back. */
  LOST("lost", false),
  /** It must be reset before it computes again. */
  NEEDS_RESET("needs a reset", false),
  /** It computes, and counts errors of its memory that could not be corrected. */
  FAILING("memory errors", true),
  /** It is there, and may not be looked at. */
  INACCESSIBLE("not accessible", true);

  private final String printed;
  private final boolean usable;

  GpuCondition(String printed, boolean usable) {
    this.printed = printed;
    this.usable = usable;
  }

  /** {@return a word or two} */
  public String printed() {
    return printed;
  }

  /** {@return whether a start on it has any hope} */
  public boolean isUsable() {
    return usable;
  }
}
