package dev.stoker.cli.command;

import dev.stoker.application.EffectiveValue;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Configuration;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.ConfigurationMessage;
import dev.stoker.http.message.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** {@code stoker config show|check}. */
final class ConfigCommands {

  private ConfigCommands() {}

  static CommandLine create(Session session) {
    CommandLine show =
        Command.of(
            "show",
            "Shows every value that holds, where it came from, and the launch command.",
            parsed -> show(session, parsed));
    ServiceOptions.addTo(show.getCommandSpec());
    JsonFlag.addTo(show.getCommandSpec());
    CommandLine check =
        Command.of(
            "check",
            "Checks file, environment and flags; starts nothing.",
            parsed -> check(session, parsed));
    ServiceOptions.addTo(check.getCommandSpec());
    return Command.group("config", "Shows and checks the configuration.", List.of(show, check));
  }

  private static Configuration read(Session session, ParseResult parsed) {
    Configuration configuration =
        session
            .useCases()
            .get()
            .configuration()
            .read(ServiceOptions.request(parsed, session.serverArguments()));
    configuration.notes().forEach(note -> session.terminal().say("note: " + note));
    return configuration;
  }

  private static int check(Session session, ParseResult parsed) {
    String file = ServiceOptions.request(parsed, session.serverArguments()).file();
    Map<ServiceName, ServiceSpec> checked = new TreeMap<>();
    ServiceSpec asked = read(session, parsed).service();
    if (asked != null) {
      checked.put(asked.name(), asked);
    }
    for (ServiceSpec each : session.useCases().get().configuration().readAll(file).services()) {
      checked.putIfAbsent(each.name(), each);
    }
    if (checked.isEmpty()) {
      session.terminal().result("ok: no model is configured");
    }
    checked.forEach(
        (name, spec) ->
            session
                .terminal()
                .result("ok: service '" + name + "' serves " + spec.model().argument()));
    return ExitCodes.OK;
  }

  private static int show(Session session, ParseResult parsed) {
    UseCases useCases = session.useCases().get();
    Configuration configuration = read(session, parsed);
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(ConfigurationMessage.of(configuration)));
      return ExitCodes.OK;
    }
    for (EffectiveValue value : configuration.values()) {
      terminal.result(
          String.format(Locale.ROOT, "%-42s %-24s %s", value.key(), value.value(), value.origin()));
    }
    if (configuration.service() != null) {
      terminal.result("");
      terminal.result("service  " + configuration.service().name());
      terminal.result("launch   " + launchLine(useCases, configuration.service()));
    }
    return ExitCodes.OK;
  }

  private static String launchLine(UseCases useCases, ServiceSpec service) {
    try {
      return useCases.engines().preview(service).shellLine();
    } catch (LifecycleException e) {
      return "(" + e.failure().code().code() + ": " + e.failure().what() + ")";
    }
  }
}
