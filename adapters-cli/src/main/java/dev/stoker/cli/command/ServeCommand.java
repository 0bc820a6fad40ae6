package dev.stoker.cli.command;

import dev.stoker.cli.render.VersionText;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.unit.Port;
import dev.stoker.http.access.GatewayAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker serve}: the daemon, in the foreground, for a terminal or a service manager. */
final class ServeCommand {
  private static final String CONFIG = "--config";
  private static final String CONTROL_PORT = "--control-port";
  private static final String CONTROL_VARIABLE = "STOKER_CONTROL_PORT";
  private static final String CONTROL_USUAL = "7781";
  private static final String GATEWAY_PORT = "--gateway-port";
  private static final String GATEWAY_VARIABLE = "STOKER_GATEWAY_PORT";
  private static final String GATEWAY_USUAL = "7780";
  private static final String OPEN_METRICS = "--open-metrics";
  private static final String OFF = "off";

  private ServeCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "serve",
            "Runs every configured service, the gateway to their models, and the control API, until"
                + " it is told to end. SIGHUP reloads the configuration; SIGTERM and SIGINT end it,"
                + " a second one hurries.",
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
            OptionSpec.builder(OPEN_METRICS)
                .description(
                    "Answer /metrics of the control port without its token; on 127.0.0.1 alone.")
                .build())
        .addOption(
            port(
                CONTROL_PORT,
                CONTROL_VARIABLE,
                CONTROL_USUAL,
                "Port of the control API, on 127.0.0.1"))
        .addOption(
            port(
                GATEWAY_PORT,
                GATEWAY_VARIABLE,
                GATEWAY_USUAL,
                "Port of the gateway to all models, or 'off'"));
    GatewayFlags.addTo(command.getCommandSpec());
    return command;
  }

  private static OptionSpec port(String flag, String variable, String usual, String what) {
    return OptionSpec.builder(flag)
        .paramLabel("PORT")
        .type(String.class)
        .defaultValue("${env:" + variable + ":-" + usual + "}")
        .description(what + ". Default: " + usual + ". Environment: " + variable + ".")
        .build();
  }

  private static int run(Session session, ParseResult parsed) {
    Listening listening = new Listening(parsed);
    Integer control = listening.port(CONTROL_PORT, CONTROL_VARIABLE, false);
    Integer gateway = listening.port(GATEWAY_PORT, GATEWAY_VARIABLE, true);
    GatewayAddress address = gateway == null ? null : listening.gateway(gateway);
    listening.throwIfWrong();
    String file = parsed.matchedOptionValue(CONFIG, (String) null);
    return new Daemon(session, VersionText.version())
        .run(
            file,
            new Daemon.Ports(
                Objects.requireNonNull(control), address, parsed.hasMatchedOption(OPEN_METRICS)));
  }

  /** Reads ports, and gathers what is wrong with them. */
  private static final class Listening {
    private final ParseResult parsed;
    private final List<Violation> violations = new ArrayList<>();

    Listening(ParseResult parsed) {
      this.parsed = parsed;
    }

    /** {@return the port; null for none, and for one that is wrong} */
    @Nullable Integer port(String flag, String variable, boolean mayBeOff) {
      String text = parsed.commandSpec().findOption(flag).getValue();
      if (mayBeOff && text.equals(OFF)) {
        return null;
      }
      if (text.matches("\\d{1,5}") && Port.isValid(Long.parseLong(text))) {
        return Integer.parseInt(text);
      }
      violations.add(
          new Violation(
              flag,
              text,
              "must be a whole number from 1 to 65535" + (mayBeOff ? ", or " + OFF : ""),
              "flag, or environment " + variable));
      return null;
    }

    GatewayAddress gateway(int port) {
      return new GatewayFlags(parsed, violations).address(port);
    }

    void throwIfWrong() {
      if (!violations.isEmpty()) {
        throw new LifecycleException(new InvalidConfiguration(violations));
      }
    }
  }
}
