package dev.stoker.cli.command;

import dev.stoker.application.HistoryEntry;
import dev.stoker.application.Incident;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.application.port.in.ServiceHistory;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.HistoryText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.HistoryMessage;
import dev.stoker.http.message.IncidentMessage;
import dev.stoker.http.message.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker history} and {@code stoker incidents}: what happened, with or without a daemon. */
final class HistoryCommands {
  private static final String SINCE = "--since";
  private static final String USUAL_SINCE = "24h";
  private static final String LINES = "--lines";
  private static final String USUAL_LINES = "100";
  private static final String ID = "ID";
  private static final String OUTPUT = "--output";

  /** So far back reaches the history in a capsule. */
  private static final Duration BEFORE = Duration.ofDays(1);

  private HistoryCommands() {}

  static CommandLine history(Session session) {
    CommandLine command =
        Command.of(
            "history",
            "Shows what happened to services: transitions, launches, exits, restarts, errors.",
            parsed -> showHistory(session, parsed));
    Names.addTo(command.getCommandSpec());
    JsonFlag.addTo(command.getCommandSpec());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(SINCE)
                .paramLabel("WHEN")
                .type(String.class)
                .description(
                    "How long back (30m, 24h, 7d), a day, or a time (2026-11-22T10:00:00Z)."
                        + " Default: "
                        + USUAL_SINCE
                        + ".")
                .build())
        .addOption(lines());
    return command;
  }

  static CommandLine incidents(Session session) {
    CommandLine command =
        Command.of(
            "incidents",
            "Lists ends that nobody asked for; 'show ID' tells all about one, 'export ID' packs"
                + " it.",
            parsed -> listIncidents(session, parsed));
    Names.addTo(command.getCommandSpec());
    JsonFlag.addTo(command.getCommandSpec());
    command.getCommandSpec().addOption(lines());
    command.addSubcommand(show(session));
    command.addSubcommand(export(session));
    return command;
  }

  private static CommandLine show(Session session) {
    CommandLine show =
        Command.of(
            "show",
            "Tells all about one incident: how it ended, its last lines, what was decided.",
            parsed -> showIncident(session, parsed));
    JsonFlag.addTo(show.getCommandSpec());
    show.getCommandSpec().addPositional(id());
    return show;
  }

  private static CommandLine export(Session session) {
    CommandLine export =
        Command.of(
            "export",
            "Packs all that is known of one incident, without secrets, for a bug report.",
            parsed -> exportIncident(session, parsed));
    export.getCommandSpec().addPositional(id());
    export
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-o", OUTPUT)
                .paramLabel("FILE")
                .type(String.class)
                .description("The archive; stoker-incident-ID.zip when left out.")
                .build());
    return export;
  }

  private static PositionalParamSpec id() {
    return PositionalParamSpec.builder()
        .index("0")
        .arity("1")
        .required(true)
        .paramLabel(ID)
        .type(String.class)
        .description("Its id, as 'stoker incidents' lists it.")
        .build();
  }

  private static OptionSpec lines() {
    return OptionSpec.builder("-n", LINES)
        .paramLabel("N")
        .type(String.class)
        .description(
            "The last ones, at most this many, up to "
                + ServiceHistory.MOST
                + ". Default: "
                + USUAL_LINES
                + ".")
        .build();
  }

  private static int showHistory(Session session, ParseResult parsed) {
    Instant since = When.parse(SINCE, parsed.matchedOptionValue(SINCE, USUAL_SINCE), Instant.now());
    int most = most(parsed.matchedOptionValue(LINES, USUAL_LINES));
    ServiceName name = one(Names.of(parsed));
    List<HistoryEntry> entries = ask(session, history -> history.history(name, since, most));
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(HistoryMessage.ofAll(entries)));
    } else if (entries.isEmpty()) {
      terminal.say("Nothing happened since " + since + ".");
    } else {
      new HistoryText(ZoneId.systemDefault()).entries(entries).forEach(terminal::result);
    }
    return ExitCodes.OK;
  }

  private static int listIncidents(Session session, ParseResult parsed) {
    int most = most(parsed.matchedOptionValue(LINES, USUAL_LINES));
    ServiceName name = one(Names.of(parsed));
    List<Incident> incidents = ask(session, history -> history.incidents(name, most));
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(IncidentMessage.ofAll(incidents)));
    } else if (incidents.isEmpty()) {
      terminal.say("No incident is known.");
    } else {
      new HistoryText(ZoneId.systemDefault()).incidents(incidents).forEach(terminal::result);
    }
    return ExitCodes.OK;
  }

  private static int showIncident(Session session, ParseResult parsed) {
    Incident found = find(session, parsed);
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(IncidentMessage.of(found)));
    } else {
      new HistoryText(ZoneId.systemDefault()).whole(found).forEach(terminal::result);
    }
    return ExitCodes.OK;
  }

  private static int exportIncident(Session session, ParseResult parsed) {
    Incident found = find(session, parsed);
    String name = parsed.matchedOptionValue(OUTPUT, "stoker-incident-" + found.id() + ".zip");
    List<HistoryEntry> history =
        ask(
            session,
            each -> each.history(found.service(), found.at().minus(BEFORE), ServiceHistory.MOST));
    try {
      IncidentCapsule.write(session.useCases().get(), found, history, Path.of(name));
    } catch (FileAlreadyExistsException e) {
      throw invalid(OUTPUT, name, "must not exist yet");
    } catch (IOException e) {
      throw invalid(OUTPUT, name, "cannot be written: " + e);
    }
    session.terminal().result(name);
    session.terminal().say("Secrets were taken out; look through it before you send it.");
    return ExitCodes.OK;
  }

  private static Incident find(Session session, ParseResult parsed) {
    String id = parsed.matchedPositionalValue(0, "");
    if (!Incident.isId(id)) {
      throw invalid(ID, id, "must be an id such as default-12; 'stoker incidents' lists them");
    }
    ServiceName service = new ServiceName(id.substring(0, id.lastIndexOf('-')));
    return ask(session, history -> history.incidents(service, ServiceHistory.MOST)).stream()
        .filter(incident -> incident.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> invalid(ID, id, "names no incident; 'stoker incidents' lists those known"));
  }

  /** What was written down is the same, whoever reads it. */
  private static <T> T ask(Session session, Function<ServiceHistory, T> question) {
    Function<RunningServices, T> daemon = services -> question.apply(services.history());
    return session
        .ifAnswering(daemon)
        .orElseGet(() -> question.apply(session.useCases().get().recordedServices()));
  }

  private static @Nullable ServiceName one(List<ServiceName> names) {
    if (names.size() > 1) {
      throw invalid("NAME", names.toString(), "must be one service, or none for all");
    }
    return names.isEmpty() ? null : names.getFirst();
  }

  private static int most(String text) {
    if (text.matches("\\d{1,4}")
        && Integer.parseInt(text) >= 1
        && Integer.parseInt(text) <= ServiceHistory.MOST) {
      return Integer.parseInt(text);
    }
    throw invalid(LINES, text, "must be a whole number from 1 to " + ServiceHistory.MOST);
  }

  private static LifecycleException invalid(String key, String value, String allowed) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(key, value, allowed, "command line"))));
  }
}
