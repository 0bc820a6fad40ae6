package dev.stoker.cli.command;

import dev.stoker.application.port.in.ConfigurationReload.Applied;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.AppliedText;
import dev.stoker.http.message.AppliedMessage;
import dev.stoker.http.message.Json;
import picocli.CommandLine;

/** {@code stoker reload}: has the daemon read its configuration again. */
final class ReloadCommand {
  private ReloadCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "reload",
            "Has the daemon read its configuration again. It is checked whole before anything is"
                + " touched; what is touched is listed.",
            parsed -> {
              Applied applied = session.daemon().reload().reload();
              if (JsonFlag.isSet(parsed)) {
                session.terminal().result(Json.of(AppliedMessage.of(applied)));
              } else {
                AppliedText.print(session.terminal(), applied);
              }
              return ExitCodes.OK;
            });
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }
}
