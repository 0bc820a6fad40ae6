package dev.stoker.cli.command;

import dev.stoker.application.port.in.Models;
import dev.stoker.application.port.in.Models.Fetched;
import dev.stoker.application.port.in.Models.Imported;
import dev.stoker.application.port.in.Models.Permission;
import dev.stoker.domain.model.ModelReference.HubModel;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker bundle export|import}: carries models to machines without a network (FR-024). */
final class BundleCommands {
  private BundleCommands() {}

  static CommandLine create(Session session) {
    CommandLine write =
        Command.of(
            "export",
            "Writes a model of the cache into a folder that can be carried, with the SHA-256 of"
                + " each file.",
            parsed -> write(session, parsed));
    write.getCommandSpec().addPositional(ModelsCommands.model()).addPositional(folder("1"));
    CommandLine read =
        Command.of(
            "import",
            "Takes a model from such a folder into the Hub's cache; every file is checked.",
            parsed -> read(session, parsed));
    read.getCommandSpec().addPositional(folder("0"));
    List.of(write, read).forEach(BundleCommands::addPermissions);
    return Command.group(
        "bundle", "Carries models to machines without a network.", List.of(write, read));
  }

  private static void addPermissions(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(ModelsCommands.PICKLE)
                .description("Weights may be Python pickles, which run code when they are loaded.")
                .build())
        .addOption(
            OptionSpec.builder(ModelsCommands.CODE)
                .description("The model's own code too, for '-- --trust-remote-code'.")
                .build());
  }

  private static PositionalParamSpec folder(String index) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity("1")
        .paramLabel("FOLDER")
        .type(Path.class)
        .description("The folder of the bundle.")
        .build();
  }

  private static Models models(Session session) {
    return session.useCases().get().models();
  }

  private static Permission permission(ParseResult parsed) {
    return new Permission(
        parsed.hasMatchedOption(ModelsCommands.PICKLE),
        parsed.hasMatchedOption(ModelsCommands.CODE));
  }

  private static int write(Session session, ParseResult parsed) {
    HubModel model = ModelsCommands.hub(session, parsed);
    Path folder = absolute(parsed.matchedPositionalValue(1, Path.of("")));
    return new Transfer(session)
        .run(
            watcher -> {
              Fetched done =
                  models(session).exportBundle(model, permission(parsed), folder, watcher);
              return model.text()
                  + " is in "
                  + folder
                  + ": "
                  + done.bytes()
                  + ", commit "
                  + done.commit()
                  + "\n  there: stoker bundle import FOLDER";
            },
            "Interrupted. What was written stays; the next export goes on there.");
  }

  private static int read(Session session, ParseResult parsed) {
    Path folder = absolute(parsed.matchedPositionalValue(0, Path.of("")));
    return new Transfer(session)
        .run(
            watcher -> {
              Imported done = models(session).importBundle(folder, permission(parsed), watcher);
              return done.model().text()
                  + " is complete: "
                  + done.fetched().bytes()
                  + ", every file is what the bundle's list says, commit "
                  + done.fetched().commit()
                  + "\n  "
                  + done.fetched().folder();
            },
            "Interrupted. What was taken stays; the next import goes on there.");
  }

  private static Path absolute(Path folder) {
    return folder.toAbsolutePath().normalize();
  }
}
