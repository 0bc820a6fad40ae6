package dev.stoker.cli.bootstrap;

import dev.stoker.cli.command.ExitHook;

/** The JVM's shutdown hooks: the last net, for exits that nobody foresaw. */
final class ExitHooks implements ExitHook {
  ExitHooks() {}

  @Override
  public void atExit(Runnable task) {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("at-exit").unstarted(task));
  }
}
