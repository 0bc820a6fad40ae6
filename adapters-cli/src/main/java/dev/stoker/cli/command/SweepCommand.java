package dev.stoker.cli.command;

import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.LeftoverSweep.Swept;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.process.Survivor;
import dev.stoker.http.message.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** {@code stoker sweep}: ends what a killed Stoker left. */
final class SweepCommand {
  private SweepCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "sweep",
            "Ends servers that a killed Stoker left, and removes what they left.",
            parsed -> run(session.useCases().get(), session.terminal(), JsonFlag.isSet(parsed)));
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  private static int run(UseCases useCases, Terminal terminal, boolean json) {
    useCases.home().take("sweep").forEach(terminal::say);
    try {
      List<Swept> swept = useCases.leftovers().sweep();
      if (json) {
        terminal.result(Json.of(Map.of("swept", swept.stream().map(SweepCommand::asMap).toList())));
        return swept.stream().allMatch(each -> each.survivors().isEmpty())
            ? ExitCodes.OK
            : ExitCodes.ENVIRONMENT;
      }
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

  private static Map<String, Object> asMap(Swept swept) {
    return Map.of(
        "service",
        swept.leftover().service().value(),
        "description",
        swept.leftover().description(),
        "ended",
        swept.ended(),
        "survivors",
        swept.survivors().stream().map(Survivor::describe).toList());
  }
}
