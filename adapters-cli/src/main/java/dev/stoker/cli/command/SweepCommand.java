package dev.stoker.cli.command;

import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.LeftoverSweep.Swept;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.process.Survivor;
import java.util.List;
import picocli.CommandLine;

/** {@code stoker sweep}: ends what a killed Stoker left. */
final class SweepCommand {
  private SweepCommand() {}

  static CommandLine create(Session session) {
    return Command.of(
        "sweep",
        "Ends servers that a killed Stoker left, and removes what they left.",
        _ -> run(session.useCases().get(), session.terminal()));
  }

  private static int run(UseCases useCases, Terminal terminal) {
    useCases.home().take("sweep").forEach(terminal::say);
    try {
      List<Swept> swept = useCases.leftovers().sweep();
      if (swept.isEmpty()) {
        terminal.result("Nothing was left.");
      }
      boolean clean = true;
      for (Swept each : swept) {
        terminal.result(
            "Swept " + each.leftover().description() + ": " + each.ended() + " processes ended.");
        for (Survivor survivor : each.survivors()) {
          terminal.result("  still there: " + survivor.describe());
          clean = false;
        }
      }
      return clean ? ExitCodes.OK : ExitCodes.ENVIRONMENT;
    } finally {
      useCases.home().giveBack();
    }
  }
}
