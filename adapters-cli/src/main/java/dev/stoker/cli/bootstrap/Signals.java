package dev.stoker.cli.bootstrap;

import dev.stoker.cli.command.SignalSource;
import java.util.List;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * SIGINT, SIGTERM and SIGHUP. The JDK's own shutdown hooks cannot tell a second signal from the
 * first (it only waits for the hooks), and a second one is to hurry; {@code sun.misc.Signal} of
 * {@code jdk.unsupported} is the one API that can, and stays until the JDK offers another (JEP
 * 260).
 */
final class Signals implements SignalSource {
  private static final List<String> HANDLED = List.of("INT", "TERM", "HUP");

  Signals() {}

  @Override
  public void listen(IntConsumer listener) {
    for (String name : HANDLED) {
      try {
        Signal.handle(new Signal(name), signal -> listener.accept(signal.getNumber()));
      } catch (IllegalArgumentException e) {
        // Not this JVM's to handle (-Xrs): the exit hook still cleans up.
        return;
      }
    }
  }
}
