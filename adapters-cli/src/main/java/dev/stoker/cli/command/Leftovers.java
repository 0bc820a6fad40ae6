package dev.stoker.cli.command;

import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.LeftoverSweep.Leftover;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.service.ServiceName;

/** What an earlier Stoker left, and this one does not take over. */
final class Leftovers {
  private Leftovers() {}

  /** Says what carries our mark, and the state does not know. */
  static void sayStrays(UseCases useCases, Terminal terminal) {
    useCases.leftovers().strays().forEach(stray -> say(terminal, stray));
  }

  /** Before one service is started: those of others go on, and keep what they have. */
  static void reserve(UseCases useCases, Terminal terminal, ServiceName own) {
    useCases.leftovers().reserve(own).forEach(leftover -> say(terminal, leftover));
    sayStrays(useCases, terminal);
  }

  private static void say(Terminal terminal, Leftover leftover) {
    terminal.say(
        "note: "
            + leftover.description()
            + " is left of an earlier Stoker; 'stoker sweep' ends it");
  }
}
