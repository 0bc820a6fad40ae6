package dev.stoker.cli.command;

import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FishCompletion;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker completion}: made from the commands themselves. */
final class CompletionCommand {
  private CompletionCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "completion",
            "Prints a completion script. bash, zsh: source <(stoker completion bash|zsh);"
                + " fish: stoker completion fish | source",
            parsed -> run(session, parsed));
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("SHELL")
                .type(String.class)
                .description("bash (default), zsh or fish.")
                .build());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    CommandLine root = parsed.commandSpec().root().commandLine();
    String shell = parsed.matchedPositionalValue(0, "bash");
    switch (shell) {
      // The script of the first two is the same: in zsh it sets bash's completion up itself.
      case "bash", "zsh" -> session.terminal().result(AutoComplete.bash("stoker", root));
      case "fish" -> session.terminal().result(FishCompletion.of(root.getCommandSpec()));
      default -> {
        session
            .terminal()
            .say(
                session.terminal().red("error")
                    + " completion for '"
                    + shell
                    + "' is not offered; there are: bash, zsh, fish");
        return ExitCodes.USAGE;
      }
    }
    return ExitCodes.OK;
  }
}
