package dev.stoker.cli.command;

import dev.stoker.application.ServiceStatus;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.StatusText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.StatusMessage;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker status} and {@code stoker services}: how services stand. */
final class StatusCommands {
  private static final String WATCH = "--watch";
  private static final long REFRESH_SECONDS = 1;

  private StatusCommands() {}

  static CommandLine status(Session session) {
    CommandLine command =
        Command.of(
            "status",
            "Shows state, pid, port, uptime, model, engine and last check of services; with one"
                + " name, everything about it.",
            parsed -> run(session, parsed));
    Names.addTo(command.getCommandSpec());
    JsonFlag.addTo(command.getCommandSpec());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-w", WATCH).description("Keep showing it, until Ctrl-C.").build());
    return command;
  }

  static CommandLine services(Session session) {
    CommandLine command =
        Command.of(
            "services",
            "Lists the services that are known, with model, port and state.",
            parsed -> list(session, parsed));
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  private static int list(Session session, ParseResult parsed) {
    View view = View.of(session);
    view.explain(session);
    if (JsonFlag.isSet(parsed)) {
      printJson(session.terminal(), view.statuses());
    } else {
      view.statuses()
          .forEach(
              status ->
                  session
                      .terminal()
                      .result(
                          status.name()
                              + "  "
                              + status.model()
                              + "  port "
                              + status.port()
                              + "  "
                              + status.state().printed()));
    }
    return ExitCodes.OK;
  }

  private static int run(Session session, ParseResult parsed) {
    List<ServiceName> names = Names.of(parsed);
    View view = View.of(session);
    view.explain(session);
    if (parsed.hasMatchedOption(WATCH) && view.daemon() != null) {
      return watch(session, view, names, JsonFlag.isSet(parsed));
    }
    print(session.terminal(), view.only(names), names, JsonFlag.isSet(parsed));
    return ExitCodes.OK;
  }

  private static void print(
      Terminal terminal, List<ServiceStatus> statuses, List<ServiceName> names, boolean json) {
    if (json) {
      printJson(terminal, statuses);
      return;
    }
    StatusText text = new StatusText(Instant.now());
    List<String> lines = names.size() == 1 ? text.whole(statuses.getFirst()) : text.table(statuses);
    lines.forEach(terminal::result);
  }

  private static void printJson(Terminal terminal, List<ServiceStatus> statuses) {
    terminal.result(Json.of(StatusMessage.ofAll(statuses)));
  }

  /** Redraws on a terminal once a second and at each event; elsewhere prints what has changed. */
  private static int watch(Session session, View first, List<ServiceName> names, boolean json) {
    Terminal terminal = session.terminal();
    Semaphore changed = new Semaphore(0);
    View view = first;
    List<ServiceStatus> shown = List.of();
    try (var _ =
        Objects.requireNonNull(first.daemon()).orchestrator().listen(_ -> changed.release())) {
      while (view.daemon() != null && !terminal.isDeserted()) {
        List<ServiceStatus> now = view.only(names);
        if (terminal.canRedraw() && !json) {
          terminal.clearScreen();
          print(terminal, now, names, false);
        } else if (!now.equals(shown)) {
          print(terminal, now, names, json);
        }
        shown = now;
        if (changed.tryAcquire(REFRESH_SECONDS, TimeUnit.SECONDS)) {
          changed.drainPermits();
        }
        view = View.of(session);
      }
      if (view.daemon() == null) {
        terminal.say("The daemon has ended.");
      }
      return ExitCodes.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERNAL;
    }
  }
}
