package dev.stoker.cli.command;

import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Request;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.FailureText;
import dev.stoker.cli.render.ProgressView;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.service.ServiceName;
import dev.stoker.http.HttpAdapter;
import dev.stoker.http.HttpAdapter.Control;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Hidden: goes through what a kind of command goes through, so that the launcher can record which
 * classes later starts need. Run by the launcher in a home of its own, printing nothing.
 */
final class TrainCommand {
  private TrainCommand() {}

  static CommandLine create(Session session) {
    CommandLine command = Command.of("train", "For the launcher.", parsed -> run(session, parsed));
    command.getCommandSpec().usageMessage().hidden(true);
    command
        .getCommandSpec()
        .addPositional(
            PositionalParamSpec.builder().index("0").arity("1").type(String.class).build());
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Terminal silent = new Terminal(nowhere, nowhere, false, false);
    Session own =
        new Session(
            silent,
            session.useCases(),
            session.signals(),
            session.exitHook(),
            session.serverArguments());
    if (parsed.matchedPositionalValue(0, "").equals("client")) {
      trainClient(own);
    } else {
      trainDaemon(own.useCases().get(), silent);
    }
    return ExitCodes.OK;
  }

  /** {@code status} against a stand-in: a daemon would bring classes that no client needs. */
  private static void trainClient(Session session) {
    UseCases useCases = session.useCases().get();
    useCases.home().take("train");
    try (TrainServer server = new TrainServer()) {
      useCases.controlAccess().token();
      useCases.controlAccess().announce(server.address());
      for (List<String> arguments :
          List.of(List.of("status"), List.of("status", "demo"), List.of("status", "--json"))) {
        CommandTree.run(session, arguments.toArray(String[]::new));
      }
    } finally {
      useCases.home().giveBack();
    }
  }

  private static void trainDaemon(UseCases useCases, Terminal silent) {
    useCases.home().take("train");
    String token = useCases.controlAccess().token();
    try (Control control = HttpAdapter.serve(useCases, token, 0, "train")) {
      useCases.controlAccess().announce(control.address());
      var daemon = HttpAdapter.connect(useCases.controlAccess().find().orElseThrow());
      daemon.orchestrator().statuses();
      useCases.configuredServices().load(null);
      trainStart(useCases, silent);
    } finally {
      useCases.home().giveBack();
    }
  }

  private static void trainStart(UseCases useCases, Terminal silent) {
    Request request =
        new Request(
            null, null, Map.of("model", "demo", "port", "9", "engine", "/nonexistent"), List.of());
    ServiceSpec spec = Objects.requireNonNull(useCases.configuration().read(request).service());
    useCases.leftovers().find();
    useCases.engines().engines();
    useCases.orchestrator().define(spec).join();
    new ProgressView(silent).tick(Duration.ofSeconds(20));
    failing(silent, () -> useCases.orchestrator().start(spec.name()).join());
    failing(silent, () -> useCases.ask().ask(spec.name(), "Hello", 1));
    useCases.orchestrator().stop(new ServiceName("demo")).join();
  }

  /** There is no engine and no server in that home: the failures are what is to be recorded. */
  private static void failing(Terminal terminal, Runnable attempt) {
    try {
      attempt.run();
    } catch (LifecycleException e) {
      FailureText.print(terminal, e.failure());
    } catch (CompletionException e) {
      if (e.getCause() instanceof LifecycleException known) {
        FailureText.print(terminal, known.failure());
      }
    }
  }
}
