package dev.stoker.cli.command;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.http.message.EngineMessage;
import dev.stoker.http.message.Json;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker engine install|list|remove}. */
final class EngineCommands {
  private static final String YES = "--yes";
  private static final String VERSION = "--version";
  private static final String DEVICE = "--device";
  private static final String INDEX = "--index";

  private EngineCommands() {}

  static CommandLine create(Session session) {
    CommandLine list =
        Command.of(
            "list",
            "Lists the engines on this machine, the one that is taken first.",
            parsed -> list(session, parsed));
    JsonFlag.addTo(list.getCommandSpec());
    return Command.group(
        "engine",
        "Installs, lists and removes engines.",
        List.of(install(session), list, remove(session)));
  }

  private static CommandLine install(Session session) {
    CommandLine command =
        Command.of(
            "install",
            "Installs an engine into a private folder: all of it or nothing.",
            parsed -> install(session, parsed));
    command
        .getCommandSpec()
        .addPositional(engine())
        .addOption(text(VERSION, "V", "Version; by default the one this Stoker was tried with."))
        .addOption(text(DEVICE, "DEVICE", "auto (default), cpu, cuda or rocm; rocm needs --index."))
        .addOption(text(INDEX, "URL", "Package index to take it from."))
        .addOption(OptionSpec.builder(YES, "-y").description("Do not ask.").build());
    return command;
  }

  private static CommandLine remove(Session session) {
    CommandLine command =
        Command.of(
            "remove",
            "Removes an engine that Stoker installed.",
            parsed -> remove(session, parsed));
    command
        .getCommandSpec()
        .addPositional(engine())
        .addPositional(
            PositionalParamSpec.builder()
                .index("1")
                .arity("1")
                .paramLabel("VERSION")
                .type(String.class)
                .description("Which version; 'stoker engine list' shows them.")
                .build())
        .addOption(OptionSpec.builder(YES, "-y").description("Do not ask.").build());
    return command;
  }

  private static PositionalParamSpec engine() {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("1")
        .paramLabel("ENGINE")
        .type(String.class)
        .description("vllm.")
        .build();
  }

  private static OptionSpec text(String name, String label, String description) {
    return OptionSpec.builder(name)
        .paramLabel(label)
        .type(String.class)
        .description(description)
        .build();
  }

  private static int install(Session session, ParseResult parsed) {
    InstallRequest request =
        new InstallRequest(
            parsed.matchedPositionalValue(0, "vllm"),
            parsed.matchedOptionValue(VERSION, (String) null),
            parsed.matchedOptionValue(DEVICE, "auto"),
            parsed.matchedOptionValue(INDEX, (String) null));
    return new Installation(session).install(request, parsed.hasMatchedOption(YES));
  }

  private static int list(Session session, ParseResult parsed) {
    Terminal terminal = session.terminal();
    List<EngineInfo> engines = session.useCases().get().engines().engines();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(engines.stream().map(EngineMessage::of).toList()));
    } else if (engines.isEmpty()) {
      terminal.result("No engine was found. 'stoker engine install vllm' installs one.");
    } else {
      for (EngineInfo engine : engines) {
        terminal.result(
            String.format(
                Locale.ROOT,
                "%-24s %-28s %s",
                engine.describe(),
                engine.origin(),
                engine.python()));
      }
    }
    return ExitCodes.OK;
  }

  private static int remove(Session session, ParseResult parsed) {
    Terminal terminal = session.terminal();
    EngineCatalogue engines = session.useCases().get().engines();
    String name = parsed.matchedPositionalValue(0, "vllm");
    String version = parsed.matchedPositionalValue(1, "");
    if (terminal.isInteractive()
        && !parsed.hasMatchedOption(YES)
        && !terminal.confirm("Remove " + name + " " + version + "?")) {
      return ExitCodes.DECLINED;
    }
    EngineInfo removed = engines.remove(name, version);
    terminal.result("Removed " + removed.describe() + ".");
    return ExitCodes.OK;
  }
}
