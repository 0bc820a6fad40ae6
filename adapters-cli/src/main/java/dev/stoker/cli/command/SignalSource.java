package dev.stoker.cli.command;

import java.util.function.IntConsumer;

/** Where signals come from. */
@FunctionalInterface
public interface SignalSource {
  /** Has a listener told the number of each SIGINT, SIGTERM and SIGHUP, instead of ending. */
  void listen(IntConsumer listener);
}
