package dev.stoker.cli;

import dev.stoker.cli.bootstrap.Bootstrap;

/** The only {@code main}. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(Bootstrap.run(arguments));
  }
}
