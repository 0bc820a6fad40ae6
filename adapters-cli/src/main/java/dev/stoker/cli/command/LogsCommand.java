package dev.stoker.cli.command;

import dev.stoker.application.LogFilter;
import dev.stoker.application.LogLevel;
import dev.stoker.application.port.in.ServiceLogs;
import dev.stoker.application.port.in.ServiceLogs.Follower;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.config.Violation;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.InvalidConfiguration;
import dev.stoker.domain.service.ServiceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker logs}: what a server printed; read from its file, so no daemon is needed. */
final class LogsCommand {
  private static final String FOLLOW = "--follow";
  private static final String LINES = "--lines";
  private static final String SINCE = "--since";
  private static final String LEVEL = "--level";
  private static final String USUAL_LINES = "100";
  private static final long POLL_MILLIS = 200;

  private LogsCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "logs",
            "Shows the last lines that a service's server printed.",
            parsed -> run(session, parsed));
    Names.requireIn(command.getCommandSpec());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-f", FOLLOW)
                .description("Keep showing what comes, also after restarts, until Ctrl-C.")
                .build())
        .addOption(
            OptionSpec.builder("-n", LINES)
                .paramLabel("N")
                .type(String.class)
                .description("How many lines. Default: " + USUAL_LINES + ".")
                .build())
        .addOption(
            OptionSpec.builder(SINCE)
                .paramLabel("WHEN")
                .type(String.class)
                .description(
                    "Only lines since then, of earlier launches too: 30m, 24h, 7d, a day or a"
                        + " time.")
                .build())
        .addOption(
            OptionSpec.builder(LEVEL)
                .paramLabel("LEVEL")
                .type(String.class)
                .description(
                    "Only lines as grave: debug, info, warning, error or critical. Default: all.")
                .build());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    ServiceLogs logs = session.useCases().get().logs();
    List<ServiceName> names = Names.of(parsed);
    if (names.size() > 1) {
      throw invalid("NAME", names.toString(), "must be one service");
    }
    int lines = lines(parsed.matchedOptionValue(LINES, USUAL_LINES));
    ServiceName name = names.getFirst();
    LogFilter filter =
        new LogFilter(
            since(parsed.matchedOptionValue(SINCE, "")),
            level(parsed.matchedOptionValue(LEVEL, LogLevel.DEBUG.name())));
    // Opened before the last lines are read: a line may come twice, none is lost.
    Optional<Follower> follower =
        parsed.hasMatchedOption(FOLLOW) ? logs.follow(name, filter) : Optional.empty();
    List<String> last = logs.tail(name, lines, filter);
    Terminal terminal = session.terminal();
    last.forEach(terminal::result);
    if (follower.isPresent()) {
      return follow(session, follower.get());
    }
    if (logs.tail(name, 1, LogFilter.everything()).isEmpty()) {
      terminal.say(
          terminal.red("error")
              + " nothing was printed by a service '"
              + name
              + "'; 'stoker services' shows which there are");
      return ExitCodes.USAGE;
    }
    return ExitCodes.OK;
  }

  private static int follow(Session session, Follower follower) {
    CountDownLatch ended = new CountDownLatch(1);
    session.signals().listen(_ -> ended.countDown());
    try {
      while (!ended.await(POLL_MILLIS, TimeUnit.MILLISECONDS) && !session.terminal().isDeserted()) {
        follower.next().forEach(session.terminal()::result);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCodes.OK;
  }

  private static @Nullable Instant since(String text) {
    return text.isEmpty() ? null : When.parse(SINCE, text, Instant.now());
  }

  private static LogLevel level(String text) {
    return LogLevel.parse(text)
        .orElseThrow(() -> invalid(LEVEL, text, "must be debug, info, warning, error or critical"));
  }

  private static int lines(String text) {
    if (text.matches("\\d{1,6}")) {
      return Integer.parseInt(text);
    }
    throw invalid(LINES, text, "must be a whole number from 0 to 999999");
  }

  private static LifecycleException invalid(String key, String value, String allowed) {
    return new LifecycleException(
        new InvalidConfiguration(List.of(new Violation(key, value, allowed, "command line"))));
  }
}
