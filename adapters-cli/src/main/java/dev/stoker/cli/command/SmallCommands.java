package dev.stoker.cli.command;

import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.VersionText;
import dev.stoker.http.message.Json;
import java.util.Map;
import picocli.CommandLine;

/** Commands of a few lines. */
final class SmallCommands {
  private SmallCommands() {}

  static CommandLine version(Session session) {
    CommandLine command =
        Command.of(
            "version",
            "Shows the version of Stoker and of the Java it runs on.",
            parsed -> {
              String stoker = VersionText.version();
              String java = Runtime.version().toString();
              session
                  .terminal()
                  .result(
                      JsonFlag.isSet(parsed)
                          ? Json.of(Map.of("stoker", stoker, "java", java))
                          : "stoker " + stoker + " (Java " + java + ")");
              return ExitCodes.OK;
            });
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }
}
