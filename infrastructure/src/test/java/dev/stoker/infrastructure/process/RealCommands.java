package dev.stoker.infrastructure.process;

import dev.stoker.infrastructure.Commands;

/** The adapter that runs programs, for tests of who uses it. */
public final class RealCommands {
  private RealCommands() {}

  /** {@return one} */
  public static Commands create() {
    return new JdkCommands();
  }
}
