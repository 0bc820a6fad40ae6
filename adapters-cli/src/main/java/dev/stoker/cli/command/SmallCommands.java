package dev.stoker.cli.command;

import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.VersionText;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;

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

  static CommandLine completion(Session session) {
    CommandLine command =
        Command.of(
            "completion",
            "Prints a completion script. bash: source <(stoker completion bash). zsh: the same"
                + " after 'autoload -U +X bashcompinit && bashcompinit'.",
            parsed -> {
              String shell = parsed.matchedPositionalValue(0, "bash");
              if (!shell.equals("bash") && !shell.equals("zsh")) {
                session
                    .terminal()
                    .say(
                        "error completion for '"
                            + shell
                            + "' is not offered; there are: bash, zsh");
                return ExitCodes.USAGE;
              }
              CommandLine root = parsed.commandSpec().root().commandLine();
              session.terminal().result(AutoComplete.bash("stoker", root));
              return ExitCodes.OK;
            });
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("SHELL")
                .type(String.class)
                .description("bash (default) or zsh.")
                .build());
    return command;
  }
}
