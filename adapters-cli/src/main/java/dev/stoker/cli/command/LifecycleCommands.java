package dev.stoker.cli.command;

import dev.stoker.application.ServiceNotice;
import dev.stoker.application.ServiceStatus;
import dev.stoker.application.port.in.ServiceOrchestrator;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.ProgressView;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.Failure;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.model.ModelReference;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.message.Json;
import dev.stoker.http.message.ProblemDetails;
import dev.stoker.http.message.StatusMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker start|stop|restart|switch}: told to the daemon, and waited for. */
final class LifecycleCommands {
  private static final String NO_WAIT = "--no-wait";
  private static final Duration TICK = Duration.ofMillis(200);

  private LifecycleCommands() {}

  /** What is done to a service. */
  private interface Action
      extends BiFunction<ServiceOrchestrator, ServiceName, CompletableFuture<ServiceStatus>> {}

  static CommandLine start(Session session) {
    return create(
        session,
        "start",
        "Starts services, shows their progress, and waits until they serve.",
        ServiceOrchestrator::start);
  }

  static CommandLine stop(Session session) {
    return create(
        session,
        "stop",
        "Stops services, and waits for the proof that nothing of them is left. They stay down until"
            + " they are started by hand.",
        ServiceOrchestrator::stop);
  }

  static CommandLine restart(Session session) {
    return create(
        session,
        "restart",
        "Stops services, then starts them, and waits until they serve again.",
        ServiceOrchestrator::restart);
  }

  static CommandLine switchModel(Session session) {
    CommandLine command =
        Command.of(
            "switch",
            "Has a service serve another model: it is checked and fetched while the one before"
                + " serves; when it fails, the one before comes back.",
            parsed -> switchModel(session, parsed));
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder()
                .index("0")
                .paramLabel("SERVICE")
                .type(String.class)
                .required(true)
                .description("A service that the daemon knows.")
                .build())
        .addPositional(
            PositionalParamSpec.builder()
                .index("1")
                .paramLabel("MODEL")
                .type(String.class)
                .required(true)
                .description("A Hub id such as org/name[@revision], a folder, or 'demo'.")
                .build());
    JsonFlag.addTo(command.getCommandSpec());
    addNoWait(command);
    return command;
  }

  private static int switchModel(Session session, ParseResult parsed) {
    List<ServiceName> service = Names.of(List.of(parsed.matchedPositionalValue(0, "")));
    ModelReference model =
        session.useCases().get().models().reference(parsed.matchedPositionalValue(1, ""));
    return run(session, parsed, service, (all, name) -> all.switchModel(name, model));
  }

  private static void addNoWait(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(NO_WAIT).description("Tell the daemon, and do not wait.").build());
  }

  private static CommandLine create(
      Session session, String name, String description, Action action) {
    CommandLine command =
        Command.of(name, description, parsed -> run(session, parsed, Names.of(parsed), action));
    Names.requireIn(command.getCommandSpec());
    JsonFlag.addTo(command.getCommandSpec());
    addNoWait(command);
    return command;
  }

  private static int run(
      Session session, ParseResult parsed, List<ServiceName> names, Action action) {
    ServiceOrchestrator orchestrator = session.daemon().orchestrator();
    // Asked first: one name that is unknown, and nothing is done to the others.
    names.forEach(orchestrator::status);
    Terminal terminal = session.terminal();
    ProgressView progress = new ProgressView(terminal);
    boolean waits = !parsed.hasMatchedOption(NO_WAIT);
    Map<ServiceName, CompletableFuture<ServiceStatus>> ends = new LinkedHashMap<>();
    try (var _ = orchestrator.listen(notice -> show(progress, names, notice))) {
      long began = System.nanoTime();
      names.forEach(name -> ends.put(name, action.apply(orchestrator, name)));
      if (!waits) {
        awaitTold(orchestrator, ends);
        List<ServiceStatus> now = names.stream().map(orchestrator::status).toList();
        now.forEach(status -> sayResult(terminal, parsed, status));
        if (JsonFlag.isSet(parsed)) {
          terminal.result(Json.of(StatusMessage.ofAll(now)));
        }
        return ExitCodes.OK;
      }
      AtomicInteger signal = new AtomicInteger();
      session
          .signals()
          .listen(
              number -> {
                signal.set(number);
                ends.values().forEach(end -> end.cancel(false));
              });
      List<Failure> failures = new ArrayList<>();
      List<Object> results = new ArrayList<>();
      ends.forEach(
          (name, end) -> {
            try {
              ServiceStatus status = await(end, progress, began);
              results.add(StatusMessage.of(status));
              sayResult(terminal, parsed, status);
            } catch (LifecycleException e) {
              failures.add(e.failure());
              results.add(Map.of("name", name.value(), "problem", ProblemDetails.of(e.failure())));
              terminal.say("service '" + name + "':");
              FailureText.print(terminal, e.failure());
            } catch (CancellationException e) {
              // A signal: the daemon goes on with what it was told, only nobody waits for it here.
              progress.clear();
              terminal.say(
                  "'" + name + "': the daemon goes on; 'stoker status' shows how it stands.");
            }
          });
      if (signal.get() != 0) {
        return ExitCodes.SIGNAL_BASE + signal.get();
      }
      if (JsonFlag.isSet(parsed)) {
        terminal.result(Json.of(Map.of("services", results)));
      }
      return failures.isEmpty() ? ExitCodes.OK : ExitCodes.of(failures.getFirst().code().kind());
    }
  }

  private static void sayResult(Terminal terminal, ParseResult parsed, ServiceStatus status) {
    if (!JsonFlag.isSet(parsed)) {
      terminal.result(
          status.name()
              + ": "
              + status.state().printed()
              + (status.pid() == null
                  ? ""
                  : " (pid " + status.pid() + ", http://127.0.0.1:" + status.port() + "/v1)"));
    }
  }

  private static void show(ProgressView progress, List<ServiceName> names, ServiceNotice notice) {
    if (names.size() == 1 && names.contains(notice.service())) {
      progress.show(notice);
    }
  }

  /** The daemon has it when it answers anything that was asked later. */
  private static void awaitTold(
      ServiceOrchestrator orchestrator, Map<ServiceName, CompletableFuture<ServiceStatus>> ends) {
    try {
      CompletableFuture.allOf(ends.values().toArray(CompletableFuture<?>[]::new))
          .get(TICK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      ends.keySet().forEach(orchestrator::status);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw failureIn(e);
    }
  }

  private static ServiceStatus await(
      CompletableFuture<ServiceStatus> end, ProgressView progress, long began) {
    while (true) {
      try {
        ServiceStatus status = end.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
        progress.clear();
        return status;
      } catch (TimeoutException e) {
        progress.tick(Duration.ofNanos(System.nanoTime() - began));
      } catch (ExecutionException e) {
        progress.clear();
        throw failureIn(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  private static RuntimeException failureIn(ExecutionException problem) {
    return problem.getCause() instanceof LifecycleException known
        ? known
        : new IllegalStateException("failed unexpectedly", problem.getCause());
  }
}
