package dev.stoker.cli.command;

import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.AnswerMessage;
import dev.stoker.http.message.AskMessage;
import dev.stoker.http.message.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker ask}: one question to a model of the daemon, and its answer. */
final class AskCommand {
  private static final String SERVICE = "--service";
  private static final String STREAM = "--stream";
  private static final String TOKENS = "--max-tokens";
  private static final String USUAL_TOKENS = "256";
  private static final String STANDARD_INPUT = "-";
  private static final int LARGEST_INPUT = 48 * 1024;

  private AskCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "ask",
            "Asks a model one question and prints its answer. The service is started where it was"
                + " not; one stopped by hand is not.",
            parsed -> run(session, parsed));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-s", SERVICE)
                .paramLabel("SERVICE")
                .type(String.class)
                .description("Which service; needed where there are several.")
                .build())
        .addOption(OptionSpec.builder(STREAM).description("Print the answer as it comes.").build())
        .addOption(
            OptionSpec.builder(TOKENS)
                .paramLabel("N")
                .type(String.class)
                .defaultValue(USUAL_TOKENS)
                .description("Longest answer, in tokens. Default: " + USUAL_TOKENS + ".")
                .build())
        .addPositional(
            PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .paramLabel("TEXT")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("The question; '-', or none, for what standard input says.")
                .build());
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    Arguments arguments = Arguments.of(parsed);
    RunningServices daemon = session.daemon();
    ServiceName service = arguments.service() == null ? theOne(daemon) : arguments.service();
    Terminal terminal = session.terminal();
    if (JsonFlag.isSet(parsed)) {
      terminal.result(Json.of(AnswerMessage.of(answer(daemon, service, arguments))));
    } else if (parsed.hasMatchedOption(STREAM)) {
      stream(daemon, service, arguments, terminal);
    } else {
      terminal.result(answer(daemon, service, arguments));
    }
    return ExitCodes.OK;
  }

  private static String answer(RunningServices daemon, ServiceName service, Arguments arguments) {
    return daemon.ask().ask(service, arguments.question(), arguments.maxTokens());
  }

  private static void stream(
      RunningServices daemon, ServiceName service, Arguments arguments, Terminal terminal) {
    boolean[] begun = {false};
    try {
      daemon
          .ask()
          .ask(
              service,
              arguments.question(),
              arguments.maxTokens(),
              words -> {
                begun[0] = true;
                terminal.out().print(words);
                terminal.out().flush();
              });
    } finally {
      if (begun[0]) {
        terminal.out().println();
      }
    }
  }

  private static ServiceName theOne(RunningServices daemon) {
    List<String> names =
        daemon.orchestrator().statuses().stream()
            .map(ServiceStatus::name)
            .map(ServiceName::value)
            .toList();
    if (names.size() != 1) {
      throw wrong(
          SERVICE,
          "",
          names.isEmpty()
              ? "no service is configured; name one that is"
              : "must be one of " + String.join(", ", names));
    }
    return new ServiceName(names.getFirst());
  }

  private static LifecycleException wrong(String what, String value, String allowed) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(what, value, allowed, "argument"))));
  }

  /**
   * What was asked for.
   *
   * @param service null for the only one there is
   * @param question what to ask
   * @param maxTokens how long the answer may be
   */
  private record Arguments(@Nullable ServiceName service, String question, int maxTokens) {
    static Arguments of(ParseResult parsed) {
      List<Violation> violations = new ArrayList<>();
      String service = parsed.matchedOptionValue(SERVICE, (String) null);
      if (service != null && !ServiceName.isValid(service)) {
        violations.add(
            new Violation(SERVICE, service, "must be " + ServiceName.ALLOWED, "argument"));
      }
      String tokens = parsed.commandSpec().findOption(TOKENS).getValue();
      if (!tokens.matches("[1-9]\\d{0,4}") || Integer.parseInt(tokens) > AskMessage.MOST_TOKENS) {
        violations.add(
            new Violation(
                TOKENS,
                tokens,
                "must be a whole number from 1 to " + AskMessage.MOST_TOKENS,
                "argument"));
      }
      String text = String.join(" ", parsed.matchedPositionalValue(0, List.<String>of()));
      if (violations.isEmpty() && (text.isEmpty() || text.equals(STANDARD_INPUT))) {
        text = standardInput();
      }
      if (violations.isEmpty() && text.isBlank()) {
        violations.add(
            new Violation("TEXT", "", "must say something, here or on standard input", "argument"));
      }
      if (!violations.isEmpty()) {
        throw new LifecycleException(new InvalidConfiguration(violations));
      }
      return new Arguments(
          service == null ? null : new ServiceName(service), text, Integer.parseInt(tokens));
    }

    private static String standardInput() {
      // Not closed: it is the process's own.
      InputStream input = System.in;
      try {
        byte[] read = input.readNBytes(LARGEST_INPUT + 1);
        if (read.length > LARGEST_INPUT) {
          throw wrong(
              "TEXT",
              "standard input",
              "must be at most " + LARGEST_INPUT + " bytes; ask the gateway for more");
        }
        return new String(read, StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
