package dev.stoker.cli.command;

import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.VersionText;
import picocli.CommandLine;

/** Commands of a few lines. */
final class SmallCommands {
  private SmallCommands() {}

  static CommandLine version(Session session) {
    return Command.of(
        "version",
        "Shows the version of Stoker and of the Java it runs on.",
        _ -> {
          session
              .terminal()
              .result("stoker " + VersionText.version() + " (Java " + Runtime.version() + ")");
          return ExitCodes.OK;
        });
  }
}
