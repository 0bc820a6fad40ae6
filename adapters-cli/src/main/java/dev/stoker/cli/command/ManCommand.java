package dev.stoker.cli.command;

import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.ManPage;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker man}: the manual page of a command, made from the command itself. */
final class ManCommand {
  private ManCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "man",
            "Prints the manual page of a command, for man(1): stoker man up | man -l -",
            parsed -> run(session, parsed));
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .paramLabel("COMMAND")
                .type(String.class)
                .description("Which command; stoker itself when left out.")
                .build());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    CommandSpec root = parsed.commandSpec().root();
    String name = parsed.matchedPositionalValue(0, "");
    Optional<CommandSpec> found =
        name.isEmpty()
            ? Optional.of(root)
            : Optional.ofNullable(root.subcommands().get(name)).map(CommandLine::getCommandSpec);
    if (found.isEmpty()) {
      session
          .terminal()
          .say(
              session.terminal().red("error")
                  + " there is no command '"
                  + name
                  + "'; see 'stoker --help'");
      return ExitCodes.USAGE;
    }
    session.terminal().result(ManPage.of(found.get()));
    return ExitCodes.OK;
  }
}
