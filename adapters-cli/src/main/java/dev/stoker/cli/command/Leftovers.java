package dev.stoker.cli.command;

import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.LeftoverSweep.Leftover;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.LeftoverServer;
import java.util.List;

/** What an earlier Stoker left, before this one begins. */
final class Leftovers {
  private Leftovers() {}

  /** A server that still lives is the user's to judge; of one that is gone, only the traces go. */
  static void clear(UseCases useCases, Terminal terminal) {
    List<Leftover> leftovers = useCases.leftovers().find();
    for (Leftover leftover : leftovers) {
      if (leftover.living() > 0) {
        throw new LifecycleException(new LeftoverServer(leftover.description()));
      }
    }
    if (!leftovers.isEmpty()) {
      useCases.leftovers().sweep();
      leftovers.forEach(
          each -> terminal.say("note: removed what was left of " + each.description()));
    }
  }
}
