package dev.stoker.cli.command;

import dev.stoker.application.OptionSpec;
import dev.stoker.domain.config.Violation;
import dev.stoker.http.access.GatewayAddress;
import dev.stoker.http.access.GatewayRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The flags of {@code serve} that say where the gateway listens, to whom, and what it allows. */
final class GatewayFlags {
  private static final String HOST = "--gateway-host";
  private static final String CERT = "--gateway-cert";
  private static final String KEY = "--gateway-key";
  private static final String ORIGINS = "--gateway-origins";
  private static final String RATE = "--gateway-rate";
  private static final String WAIT = "--gateway-wait";
  private static final String PATIENCE = "--gateway-patience";
  private static final String WAITING = "--gateway-waiting";
  private static final String ACCESS_LOG = "--gateway-access-log";
  private static final String OFF = "off";
  private static final String ON = "on";
  private static final int MOST = 1_000_000;
  private static final Duration LONGEST = Duration.ofDays(1);

  private final ParseResult parsed;
  private final List<Violation> violations;

  /**
   * Of one command line.
   *
   * @param violations where what is wrong is gathered
   */
  GatewayFlags(ParseResult parsed, List<Violation> violations) {
    this.parsed = parsed;
    this.violations = violations;
  }

  static void addTo(CommandSpec spec) {
    add(
        spec,
        HOST,
        "ADDRESS",
        "Address of the gateway; beyond 127.0.0.1 clients need keys ('stoker keys').",
        "127.0.0.1");
    add(spec, CERT, "FILE", "Certificate of the gateway (PEM), read again on change.", "");
    add(spec, KEY, "FILE", "Private key of that certificate (PEM).", "");
    add(
        spec,
        ORIGINS,
        "ORIGINS",
        "Pages in browsers that may ask, such as https://app.example, with commas between.",
        "");
    add(spec, RATE, "N", "How many requests a client may begin in a minute, or 'off'.", OFF);
    add(spec, WAIT, "TIME", "How long a request waits for its model at most.", "10m");
    add(
        spec,
        PATIENCE,
        "TIME",
        "A request that is not streamed is told to come again where its model is measured to need"
            + " longer.",
        "2m");
    add(spec, WAITING, "N", "How many requests may wait for models at once.", "1024");
    add(
        spec,
        ACCESS_LOG,
        "on|off",
        "Write a line for each request: who, when, which route, how it ended; never what was"
            + " asked.",
        OFF);
  }

  private static void add(CommandSpec spec, String flag, String label, String what, String usual) {
    String variable = variableOf(flag);
    String standard = usual.isEmpty() ? "" : " Default: " + usual + ".";
    spec.addOption(
        picocli.CommandLine.Model.OptionSpec.builder(flag)
            .paramLabel(label)
            .type(String.class)
            .defaultValue("${env:" + variable + ":-" + usual + "}")
            .description(what + standard + " Environment: " + variable + ".")
            .build());
  }

  private static String variableOf(String flag) {
    return "STOKER" + flag.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private String text(String flag) {
    return parsed.commandSpec().findOption(flag).<String>getValue().strip();
  }

  private void wrong(String flag, String value, String problem) {
    violations.add(new Violation(flag, value, problem, "flag, or environment " + variableOf(flag)));
  }

  /** {@return what they say, as far as it is right} */
  GatewayAddress address(int port) {
    String host = text(HOST);
    if (!GatewayAddress.isHost(host)) {
      wrong(HOST, host, "must be an address such as 0.0.0.0, or localhost");
    }
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : text(ORIGINS).split(",", -1)) {
      if (origin.strip().matches("https?://[^/*,\\s]+")) {
        origins.add(origin.strip());
      } else if (!origin.isBlank()) {
        wrong(ORIGINS, origin.strip(), "must be such as https://app.example");
      }
    }
    return new GatewayAddress(host, port, tls(), origins, rules());
  }

  private GatewayAddress.@Nullable Tls tls() {
    String certificate = text(CERT);
    String key = text(KEY);
    if (certificate.isEmpty() && key.isEmpty()) {
      return null;
    }
    for (String flag : List.of(CERT, KEY)) {
      if (text(flag).isEmpty()) {
        wrong(flag, "", "is needed with the other: certificate and key go together");
      } else if (!Files.isReadable(Path.of(text(flag)))) {
        wrong(flag, text(flag), "cannot be read");
      }
    }
    return new GatewayAddress.Tls(
        Path.of(certificate).toAbsolutePath(), Path.of(key).toAbsolutePath());
  }

  private GatewayRules rules() {
    return new GatewayRules(
        duration(WAIT),
        duration(PATIENCE),
        number(WAITING),
        text(RATE).equalsIgnoreCase(OFF) ? 0 : number(RATE),
        isOn(ACCESS_LOG));
  }

  private Duration duration(String flag) {
    return OptionSpec.duration(text(flag))
        .filter(each -> each.isPositive() && each.compareTo(LONGEST) <= 0)
        .orElseGet(
            () -> {
              wrong(
                  flag,
                  text(flag),
                  "must be seconds above 0 and up to 1 day, or with a unit: 30s, 5m, 2h");
              return LONGEST;
            });
  }

  private int number(String flag) {
    String text = text(flag);
    if (text.matches("\\d{1,7}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST) {
      return Integer.parseInt(text);
    }
    wrong(
        flag,
        text,
        "must be a whole number from 1 to " + MOST + (flag.equals(RATE) ? ", or off" : ""));
    return 1;
  }

  private boolean isOn(String flag) {
    String text = text(flag).toLowerCase(Locale.ROOT);
    if (!text.equals(ON) && !text.equals(OFF)) {
      wrong(flag, text, "must be on or off");
    }
    return text.equals(ON);
  }
}
