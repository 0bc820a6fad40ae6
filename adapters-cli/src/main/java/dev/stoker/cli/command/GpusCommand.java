package dev.stoker.cli.command;

import dev.stoker.application.port.in.Gpus;
import dev.stoker.application.port.in.Gpus.Sample;
import dev.stoker.application.port.in.Gpus.Seen;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.GpusText;
import dev.stoker.cli.render.Terminal;
import dev.stoker.http.message.GpuMessage;
import dev.stoker.http.message.Json;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code stoker gpus}: the machine's accelerators, who holds their memory, and what is wrong with
 * them (FR-012, FR-046, AC-031). A daemon is asked where one runs: it knows the last hour.
 */
final class GpusCommand {
  private static final String WATCH = "--watch";
  private static final long REFRESH_SECONDS = 1;

  private GpusCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "gpus",
            "Shows the machine's GPUs: how busy, how full, how warm, who holds their memory, and"
                + " what is wrong with them.",
            parsed -> run(session, parsed));
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-w", WATCH).description("Keep showing it, until Ctrl-C.").build());
    JsonFlag.addTo(command.getCommandSpec());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    boolean json = JsonFlag.isSet(parsed);
    if (parsed.hasMatchedOption(WATCH) && session.announced().isEmpty()) {
      session.useCases().get().gpus().expectLooks();
    }
    Look look = look(session);
    print(session.terminal(), look, json);
    if (parsed.hasMatchedOption(WATCH)) {
      return watch(session, json);
    }
    boolean trouble =
        look.seen().report().devices().isEmpty()
            && look.seen().report().sources().stream().anyMatch(each -> each.trouble() != null);
    return trouble ? ExitCodes.ENVIRONMENT : ExitCodes.OK;
  }

  private record Look(Seen seen, List<Sample> lastHour) {
    static Look of(Gpus gpus) {
      return new Look(gpus.now(), gpus.lastHour());
    }
  }

  private static Look look(Session session) {
    return session
        .ifAnswering(daemon -> Look.of(daemon.gpus()))
        .orElseGet(() -> Look.of(session.useCases().get().gpus()));
  }

  private static void print(Terminal terminal, Look look, boolean json) {
    if (json) {
      terminal.result(Json.of(GpuMessage.of(look.seen(), look.lastHour())));
    } else {
      GpusText.lines(look.seen(), look.lastHour()).forEach(terminal::result);
    }
  }

  /** Redraws on a terminal once a second; elsewhere prints on. */
  private static int watch(Session session, boolean json) {
    Terminal terminal = session.terminal();
    CountDownLatch ended = new CountDownLatch(1);
    session.signals().listen(_ -> ended.countDown());
    try {
      while (!ended.await(REFRESH_SECONDS, TimeUnit.SECONDS) && !terminal.isDeserted()) {
        Look look = look(session);
        if (terminal.canRedraw() && !json) {
          terminal.clearScreen();
        }
        print(terminal, look, json);
      }
      return ExitCodes.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERNAL;
    }
  }
}
