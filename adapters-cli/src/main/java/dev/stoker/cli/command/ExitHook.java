package dev.stoker.cli.command;

/** What is run when the process ends in a way that nobody foresaw. */
@FunctionalInterface
public interface ExitHook {
  /** Has a task run at the end of the process. */
  void atExit(Runnable task);
}
