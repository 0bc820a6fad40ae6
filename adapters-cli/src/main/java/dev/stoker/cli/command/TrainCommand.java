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
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;

/**
 * Hidden: goes through what {@code up} goes through before it launches, so that the launcher can
 * record which classes later starts need. Run by the launcher in a home of its own, printing
 * nothing.
 */
final class TrainCommand {
  private TrainCommand() {}

  static CommandLine create(Session session) {
    CommandLine command = Command.of("train", "For the launcher.", _ -> run(session));
    command.getCommandSpec().usageMessage().hidden(true);
    return command;
  }

  private static int run(Session session) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Terminal silent = new Terminal(nowhere, nowhere, false, false);
    UseCases useCases = session.useCases().get();
    useCases.home().take("train");
    try {
      Request request =
          new Request(
              null,
              null,
              Map.of("model", "demo", "port", "9", "engine", "/nonexistent"),
              List.of());
      ServiceSpec spec = Objects.requireNonNull(useCases.configuration().read(request).service());
      useCases.leftovers().find();
      useCases.engines().engines();
      useCases.orchestrator().define(spec);
      new ProgressView(silent).tick(Duration.ofSeconds(20));
      failing(silent, () -> useCases.orchestrator().start(spec.name()).join());
      failing(silent, () -> useCases.ask().ask(spec.name(), "Hello", 1));
      useCases.orchestrator().stop(new ServiceName("demo")).join();
      return ExitCodes.OK;
    } finally {
      useCases.home().giveBack();
    }
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
