package dev.stoker.tests.violations.cli.command;

import dev.stoker.tests.violations.infrastructure.a.A;

/** Does what only named places may do; is only looked at, never run. */
public final class Everything {
  public final A infrastructure = new A();

  public void run() throws InterruptedException {
    System.out.println(System.getenv("X"));
    new ProcessBuilder();
    new sun.misc.Signal("INT");
    Thread.sleep(1);
    System.exit(1);
  }
}
