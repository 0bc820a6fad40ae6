package dev.stoker.cli.command;

import dev.stoker.application.port.in.Models;
import dev.stoker.application.port.in.Models.Details;
import dev.stoker.application.port.in.Models.Fetched;
import dev.stoker.application.port.in.Models.Permission;
import dev.stoker.application.port.in.Models.Verification;
import dev.stoker.application.port.out.ModelCache.CachedModel;
import dev.stoker.application.port.out.ModelCache.Verified;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.ModelsText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.model.ModelReference.HubModel;
import dev.stoker.domain.unit.ByteSize;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ModelMessage;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker models list|show|pull|verify|rm|du}. */
final class ModelsCommands {
  static final String PICKLE = "--allow-pickle";
  static final String CODE = "--allow-code";
  private static final String YES = "--yes";

  private ModelsCommands() {}

  static CommandLine create(Session session) {
    CommandLine list =
        Command.of(
            "list",
            "Lists the models of the Hub that are on this machine.",
            parsed -> list(session, parsed));
    JsonFlag.addTo(list.getCommandSpec());
    CommandLine show =
        Command.of(
            "show",
            "Shows what is known of a model, here and on the Hub; fetches no weights.",
            parsed -> show(session, parsed));
    show.getCommandSpec().addPositional(model());
    JsonFlag.addTo(show.getCommandSpec());
    CommandLine usage =
        Command.of(
            "du",
            "Shows where models are kept and how much they take.",
            parsed -> usage(session, parsed));
    JsonFlag.addTo(usage.getCommandSpec());
    return Command.group(
        "models",
        "Finds, fetches, checks and removes models.",
        List.of(list, show, pull(session), verify(session), remove(session), usage));
  }

  private static CommandLine pull(Session session) {
    CommandLine command =
        Command.of(
            "pull",
            "Fetches what is missing of a model into the Hub's cache, and checks it.",
            parsed -> pull(session, parsed));
    command
        .getCommandSpec()
        .addPositional(model())
        .addOption(
            OptionSpec.builder(PICKLE)
                .description("Weights may be Python pickles, which run code when they are loaded.")
                .build())
        .addOption(
            OptionSpec.builder(CODE)
                .description("Fetch the model's own code too, for '-- --trust-remote-code'.")
                .build());
    return command;
  }

  private static CommandLine verify(Session session) {
    CommandLine command =
        Command.of(
            "verify",
            "Compares every file of a model with its checksum.",
            parsed -> verify(session, parsed));
    command.getCommandSpec().addPositional(model());
    return command;
  }

  private static CommandLine remove(Session session) {
    CommandLine command =
        Command.of(
            "rm",
            "Removes a model from this machine, all its revisions.",
            parsed -> remove(session, parsed));
    command
        .getCommandSpec()
        .addPositional(model())
        .addOption(OptionSpec.builder(YES, "-y").description("Do not ask.").build());
    return command;
  }

  static PositionalParamSpec model() {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("1")
        .paramLabel("MODEL")
        .type(String.class)
        .description("A Hub id, with @REVISION where not the main branch is meant.")
        .build();
  }

  private static Models models(Session session) {
    return session.useCases().get().models();
  }

  static HubModel hub(Session session, ParseResult parsed) {
    String text = parsed.matchedPositionalValue(0, "");
    ModelReference model = models(session).reference(text);
    if (model instanceof HubModel hub) {
      return hub;
    }
    throw new LifecycleException(
        new InvalidConfiguration(
            List.of(
                new Violation(
                    "MODEL",
                    text,
                    "must be a model of the Hub, such as Qwen/Qwen3-8B",
                    "command line"))));
  }

  private static int list(Session session, ParseResult parsed) {
    Terminal terminal = session.terminal();
    List<CachedModel> models = models(session).list();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(models.stream().map(ModelMessage::of).toList()));
    } else if (models.isEmpty()) {
      terminal.result(
          "No model of the Hub is in "
              + models(session).place()
              + ". 'stoker models pull MODEL' fetches one.");
    } else {
      ModelsText.list(models).forEach(terminal::result);
    }
    return ExitCodes.OK;
  }

  private static int usage(Session session, ParseResult parsed) {
    Terminal terminal = session.terminal();
    List<CachedModel> models = models(session).list();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(ModelMessage.usage(models(session).place(), models)));
    } else {
      long bytes = models.stream().mapToLong(each -> each.bytes().bytes()).sum();
      long unfinished = models.stream().mapToLong(each -> each.unfinished().bytes()).sum();
      terminal.result(
          new ByteSize(bytes) + " in " + models.size() + " models in " + models(session).place());
      if (unfinished > 0) {
        terminal.result(new ByteSize(unfinished) + " of it not fetched to the end");
      }
    }
    return ExitCodes.OK;
  }

  private static int show(Session session, ParseResult parsed) {
    String text = parsed.matchedPositionalValue(0, "");
    ModelReference model = models(session).reference(text);
    Details details = models(session).show(model);
    if (JsonFlag.isSet(parsed)) {
      session.terminal().result(Json.of(ModelMessage.of(text, details)));
    } else {
      ModelsText.details(text, details).forEach(session.terminal()::result);
    }
    return ExitCodes.OK;
  }

  private static int pull(Session session, ParseResult parsed) {
    HubModel model = hub(session, parsed);
    Permission permission =
        new Permission(parsed.hasMatchedOption(PICKLE), parsed.hasMatchedOption(CODE));
    return new Transfer(session)
        .run(
            watcher -> {
              Fetched fetched = models(session).pull(model, permission, watcher);
              return model.text()
                  + " is complete: "
                  + fetched.bytes()
                  + (fetched.came().bytes() == 0
                      ? ", all of it was here"
                      : ", fetched " + fetched.came())
                  + ", commit "
                  + fetched.commit()
                  + "\n  "
                  + fetched.folder();
            },
            "Interrupted. What was fetched stays; the next pull goes on there.");
  }

  private static int verify(Session session, ParseResult parsed) {
    Terminal terminal = session.terminal();
    HubModel model = hub(session, parsed);
    List<Verified> bad = new ArrayList<>();
    Verification verification =
        models(session)
            .verify(
                model,
                each -> {
                  boolean good = each.problem().isEmpty();
                  if (!good) {
                    bad.add(each);
                  }
                  terminal.result(
                      (good ? "ok       " : terminal.red("problem") + "  ")
                          + each.file()
                          + "  "
                          + (good ? each.size().toString() : each.problem()));
                });
    List<String> missing = verification.snapshot().missing();
    missing.forEach(each -> terminal.result(terminal.red("problem") + "  " + each));
    boolean good = bad.isEmpty() && missing.isEmpty();
    terminal.result(
        good
            ? "Complete; " + verification.compared() + " files are what their checksums say."
            : "Not in order. 'stoker models rm "
                + model.id()
                + "', then 'stoker models pull "
                + model.text()
                + "', fetches it anew.");
    return good ? ExitCodes.OK : ExitCodes.ENVIRONMENT;
  }

  private static int remove(Session session, ParseResult parsed) {
    Terminal terminal = session.terminal();
    HubModel model = hub(session, parsed);
    if (terminal.isInteractive()
        && !parsed.hasMatchedOption(YES)
        && !terminal.confirm("Remove " + model.id() + " with all its revisions?")) {
      return ExitCodes.DECLINED;
    }
    ByteSize freed = models(session).remove(model);
    terminal.result("Removed " + model.id() + ": " + freed + " are free again.");
    return ExitCodes.OK;
  }
}
