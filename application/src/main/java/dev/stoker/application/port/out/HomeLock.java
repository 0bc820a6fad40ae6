package dev.stoker.application.port.out;

/** The one owner of a home; the kernel gives it back when the owner dies. */
public interface HomeLock {
  /**
   * Takes it.
   *
   * @param what what this Stoker does, for whoever comes second
   * @throws dev.stoker.domain.failure.LifecycleException when another has it, naming that one
   */
  void acquire(String what);

  /** Gives it back; of one not held, nothing. */
  void release();
}
