package dev.stoker.cli.command;

import dev.stoker.cli.render.VersionText;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.unit.Port;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker serve}: the daemon, in the foreground, for a terminal or a service manager. */
final class ServeCommand {
  private static final String CONFIG = "--config";
  private static final String CONTROL_PORT = "--control-port";
  private static final String CONTROL_VARIABLE = "STOKER_CONTROL_PORT";
  private static final String USUAL_PORT = "7781";

  private ServeCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "serve",
            "Runs every configured service, and the control API, until it is told to end. SIGHUP"
                + " reloads the configuration; SIGTERM and SIGINT end it, a second one hurries.",
            parsed -> run(session, parsed));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(String.class)
                .description("Configuration file instead of .agent/config.yml.")
                .build())
        .addOption(
            OptionSpec.builder(CONTROL_PORT)
                .paramLabel("PORT")
                .type(String.class)
                .defaultValue("${env:" + CONTROL_VARIABLE + ":-" + USUAL_PORT + "}")
                .description(
                    "Port of the control API, on 127.0.0.1. Default: "
                        + USUAL_PORT
                        + ". Environment: "
                        + CONTROL_VARIABLE
                        + ".")
                .build());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    int port = port(parsed.commandSpec().findOption(CONTROL_PORT).getValue());
    String file = parsed.matchedOptionValue(CONFIG, (String) null);
    return new Daemon(session, VersionText.version()).run(file, port);
  }

  private static int port(String text) {
    if (text.matches("\\d{1,5}") && Port.isValid(Long.parseLong(text))) {
      return Integer.parseInt(text);
    }
    throw new LifecycleException(
        new InvalidConfiguration(
            List.of(
                new Violation(
                    CONTROL_PORT,
                    text,
                    "must be a whole number from 1 to 65535",
                    "flag, or environment " + CONTROL_VARIABLE))));
  }
}
