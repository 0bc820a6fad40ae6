package dev.stoker.cli.command;

import dev.stoker.application.ClientKey;
import dev.stoker.application.OptionSpec;
import dev.stoker.application.port.in.ClientKeys;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.http.message.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker keys}: who may ask the gateway. A running daemon sees changes within a second. */
final class KeysCommands {
  private static final String OVERLAP = "--overlap";
  private static final String USUAL_OVERLAP = "24h";

  private KeysCommands() {}

  static CommandLine create(Session session) {
    CommandLine list =
        Command.of("list", "Lists whose keys there are.", parsed -> list(session, parsed));
    JsonFlag.addTo(list.getCommandSpec());
    CommandLine add =
        Command.of(
            "add",
            "Makes a key and prints it: once, it is kept nowhere. From the first one on every"
                + " client of the gateway needs one.",
            parsed -> show(session, keys(session).add(name(parsed))));
    CommandLine rotate =
        Command.of(
            "rotate",
            "Makes another key for somebody; the one before holds for a while.",
            parsed -> show(session, keys(session).rotate(name(parsed), overlap(parsed))));
    rotate
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder(OVERLAP)
                .paramLabel("TIME")
                .type(String.class)
                .defaultValue(USUAL_OVERLAP)
                .description(
                    "How long the key before still holds, such as 1h; 'off' for not at all."
                        + " Default: 24h.")
                .build());
    CommandLine remove =
        Command.of("rm", "Takes somebody's keys away, at once.", parsed -> remove(session, parsed));
    List.of(add, rotate, remove)
        .forEach(
            command ->
                command
                    .getCommandSpec()
                    .addPositional(
                        PositionalParamSpec.builder()
                            .index("0")
                            .arity("1")
                            .paramLabel("NAME")
                            .type(String.class)
                            .description("Whose: " + ClientKey.ALLOWED + ".")
                            .build()));
    return Command.group(
        "keys",
        "Keys by which clients of the gateway are known.",
        List.of(list, add, rotate, remove));
  }

  private static ClientKeys keys(Session session) {
    return session.useCases().get().clientKeys();
  }

  private static String name(ParseResult parsed) {
    return parsed.matchedPositionalValue(0, "");
  }

  private static Duration overlap(ParseResult parsed) {
    String text = parsed.commandSpec().findOption(OVERLAP).getValue();
    if (text.equals(OptionSpec.OFF)) {
      return Duration.ZERO;
    }
    return OptionSpec.duration(text)
        .orElseThrow(
            () ->
                new LifecycleException(
                    new InvalidConfiguration(
                        List.of(
                            new Violation(
                                OVERLAP,
                                text,
                                "must be off, or seconds, or with a unit: 30s, 5m, 2h",
                                "argument")))));
  }

  /** The secret alone on standard output: a script takes it from there. */
  private static int show(Session session, String secret) {
    Terminal terminal = session.terminal();
    terminal.result(secret);
    terminal.say("Keep it: it is shown only now. Clients send 'Authorization: Bearer KEY'.");
    return ExitCodes.OK;
  }

  private static int remove(Session session, ParseResult parsed) {
    ClientKeys keys = keys(session);
    keys.remove(name(parsed));
    session
        .terminal()
        .say(keys.areAny() ? "Removed." : "Removed: no client needs a key on the loopback now.");
    return ExitCodes.OK;
  }

  private static int list(Session session, ParseResult parsed) {
    List<ClientKey> all = keys(session).list();
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(Map.of("keys", all.stream().map(KeysCommands::row).toList())));
      return ExitCodes.OK;
    }
    if (all.isEmpty()) {
      terminal.say("No keys: programs of this machine ask without one, others not at all.");
    }
    for (ClientKey key : all) {
      String end = key.until() == null ? "" : ", until " + key.until();
      terminal.result(key.name() + "  since " + key.since() + end);
    }
    return ExitCodes.OK;
  }

  private static Map<String, Object> row(ClientKey key) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", key.name());
    row.put("since", key.since().toString());
    row.put("until", key.until() == null ? null : key.until().toString());
    return row;
  }
}
