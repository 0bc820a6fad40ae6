package dev.stoker.domain.failure;

/** Whether starting again can help (invariant D7). */
public enum Retry {
  /** The same start would fail the same way: a bad flag, an unknown model. */
  POINTLESS,
  /** Time cures it: a port in TIME_WAIT, memory still held, the network. */
  AFTER_WAITING,
  /** It may have been chance. */
  MAY_HELP
}
