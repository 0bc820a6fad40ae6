package dev.stoker.cli.command;

import dev.stoker.cli.render.VersionText;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.unit.Port;
import dev.stoker.http.access.GatewayAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
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
  private static final String GATEWAY_HOST = "--gateway-host";
  private static final String GATEWAY_CERT = "--gateway-cert";
  private static final String GATEWAY_KEY = "--gateway-key";
  private static final String GATEWAY_ORIGINS = "--gateway-origins";
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
                "Port of the gateway to all models, or 'off'"))
        .addOption(
            text(
                GATEWAY_HOST,
                "ADDRESS",
                "Address of the gateway; beyond 127.0.0.1 clients need keys ('stoker keys').",
                "127.0.0.1"))
        .addOption(
            text(
                GATEWAY_CERT,
                "FILE",
                "Certificate of the gateway (PEM), read again on change.",
                ""))
        .addOption(text(GATEWAY_KEY, "FILE", "Private key of that certificate (PEM).", ""))
        .addOption(
            text(
                GATEWAY_ORIGINS,
                "ORIGINS",
                "Pages in browsers that may ask, such as https://app.example, with commas between.",
                ""));
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

  private static OptionSpec text(String flag, String label, String what, String usual) {
    String variable = variableOf(flag);
    return OptionSpec.builder(flag)
        .paramLabel(label)
        .type(String.class)
        .defaultValue("${env:" + variable + ":-" + usual + "}")
        .description(what + " Environment: " + variable + ".")
        .build();
  }

  private static String variableOf(String flag) {
    return "STOKER" + flag.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
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

    private String text(String flag) {
      return parsed.commandSpec().findOption(flag).<String>getValue().strip();
    }

    private void wrong(String flag, String value, String problem) {
      violations.add(
          new Violation(flag, value, problem, "flag, or environment " + variableOf(flag)));
    }

    GatewayAddress gateway(int port) {
      String host = text(GATEWAY_HOST);
      if (!GatewayAddress.isHost(host)) {
        wrong(GATEWAY_HOST, host, "must be an address such as 0.0.0.0, or localhost");
      }
      Set<String> origins = new LinkedHashSet<>();
      for (String origin : text(GATEWAY_ORIGINS).split(",", -1)) {
        if (origin.strip().matches("https?://[^/*,\\s]+")) {
          origins.add(origin.strip());
        } else if (!origin.isBlank()) {
          wrong(GATEWAY_ORIGINS, origin.strip(), "must be such as https://app.example");
        }
      }
      return new GatewayAddress(host, port, tls(), origins);
    }

    private GatewayAddress.@Nullable Tls tls() {
      String certificate = text(GATEWAY_CERT);
      String key = text(GATEWAY_KEY);
      if (certificate.isEmpty() && key.isEmpty()) {
        return null;
      }
      for (String flag : List.of(GATEWAY_CERT, GATEWAY_KEY)) {
        if (text(flag).isEmpty()) {
          wrong(flag, "", "is needed with the other: certificate and key go together");
        } else if (!Files.isReadable(Path.of(text(flag)))) {
          wrong(flag, text(flag), "cannot be read");
        }
      }
      return new GatewayAddress.Tls(
          Path.of(certificate).toAbsolutePath(), Path.of(key).toAbsolutePath());
    }

    void throwIfWrong() {
      if (!violations.isEmpty()) {
        throw new LifecycleException(new InvalidConfiguration(violations));
      }
    }
  }
}
