package dev.stoker.cli.command;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Configuration;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.EngineNotInstalled;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker up}: starts a server in the foreground, and stops it when it is ended itself. */
final class UpCommand {
  private static final String INSTALL = "--install";
  private static final String PRACTICE = "--practice";

  private UpCommand() {}

  static CommandLine create(Session session) {
    CommandLine command =
        Command.of(
            "up",
            "Starts a model's server, shows its progress, and serves until Ctrl-C.",
            parsed -> run(session, parsed));
    ServiceOptions.addTo(command.getCommandSpec());
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder(INSTALL)
                .description("Install a private vLLM first where none is found.")
                .build())
        .addOption(
            OptionSpec.builder(PRACTICE)
                .description(
                    "Use the practice engine: a stand-in that plays vLLM, ready in seconds, and no"
                        + " model.")
                .build());
    command
        .getCommandSpec()
        .usageMessage()
        .customSynopsis("stoker up [MODEL] [OPTIONS] [-- VLLM-ARGUMENTS]");
    return command;
  }

  private static int run(Session session, ParseResult parsed) {
    UseCases useCases = session.useCases().get();
    Terminal terminal = session.terminal();
    Configuration configuration =
        useCases.configuration().read(ServiceOptions.request(parsed, session.serverArguments()));
    configuration.notes().forEach(note -> terminal.say("note: " + note));
    ServiceSpec spec = configuration.service();
    if (spec == null) {
      terminal.say(
          terminal.red("error")
              + " no model: give one ('stoker up demo', 'stoker up org/name', 'stoker up"
              + " ./folder'), set VLLM_MODEL, or providers.vllm.model in .agent/config.yml");
      return ExitCodes.USAGE;
    }
    if (parsed.hasMatchedOption(PRACTICE)) {
      spec = spec.onEngine(EngineInfo.PRACTICE);
    }
    Optional<RunningServices> daemon = session.ifAnswering(UpCommand::proven);
    if (daemon.isPresent()) {
      terminal.say("A daemon runs for this home: '" + spec.name() + "' is handed to it.");
      return new Foreground(session, daemon.get(), spec).run();
    }
    return alone(session, useCases, spec, parsed.hasMatchedOption(INSTALL));
  }

  /** {@return the daemon, which has answered} */
  private static RunningServices proven(RunningServices daemon) {
    daemon.orchestrator().statuses();
    return daemon;
  }

  private static int alone(Session session, UseCases useCases, ServiceSpec spec, boolean install) {
    Terminal terminal = session.terminal();
    useCases.home().take("up " + spec.name()).forEach(note -> terminal.say("note: " + note));
    try {
      Leftovers.reserve(useCases, terminal, spec.name());
      Chosen chosen = ensureEngine(session, useCases, spec, install);
      return chosen.exitCode() == ExitCodes.OK
          ? new Foreground(session, useCases, chosen.spec()).run()
          : chosen.exitCode();
    } finally {
      useCases.home().giveBack();
    }
  }

  /** What is started, unless the exit code says that nothing is. */
  private record Chosen(ServiceSpec spec, int exitCode) {}

  private static Chosen ensureEngine(
      Session session, UseCases useCases, ServiceSpec spec, boolean install) {
    try {
      useCases.engines().select(spec.engine());
      return new Chosen(spec, ExitCodes.OK);
    } catch (LifecycleException e) {
      boolean mayInstall = install || session.terminal().isInteractive();
      if (!(e.failure() instanceof EngineNotInstalled) || spec.engine() != null || !mayInstall) {
        throw e;
      }
      session.terminal().say("No vLLM was found.");
      if (!install && wantsPractice(session.terminal())) {
        return new Chosen(spec.onEngine(EngineInfo.PRACTICE), ExitCodes.OK);
      }
      return new Chosen(
          spec,
          new Installation(session)
              .install(new InstallRequest("vllm", null, "auto", null), install));
    }
  }

  private static boolean wantsPractice(Terminal terminal) {
    return terminal
        .choose(
            "[i]nstall it, or [p]ractise with the stand-in that answers one fixed sentence and is"
                + " no model?")
        .equals("p");
  }
}
