package dev.stoker.application;

/**
 * What the doctor found out about one thing.
 *
 * @param subject which thing, such as {@code shared memory}
 * @param level how good that is
 * @param finding what was seen, with numbers, one sentence
 * @param remedy what to do; empty where nothing need be done
 */
public record Checkup(String subject, Level level, String finding, String remedy) {
  /** How good it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It may lead to trouble. */
    WARNING,
    /** Servers will fail because of it. */
    PROBLEM
  }

  /** {@return that all is well} */
  public static Checkup ok(String subject, String finding) {
    return new Checkup(subject, Level.OK, finding, "");
  }

  /** {@return that it may lead to trouble} */
  public static Checkup warning(String subject, String finding, String remedy) {
    return new Checkup(subject, Level.WARNING, finding, remedy);
  }

  /** {@return that servers will fail because of it} */
  public static Checkup problem(String subject, String finding, String remedy) {
    return new Checkup(subject, Level.PROBLEM, finding, remedy);
  }
}
