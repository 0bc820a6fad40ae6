package dev.stoker.cli.command;

import dev.stoker.application.InstallRequest;
import dev.stoker.application.ServiceSpec;
import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.ConfigurationQuery.Configuration;
import dev.stoker.application.port.in.LeftoverSweep.Leftover;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.EngineNotInstalled;
import dev.stoker.domain.failure.StokerFailure.LeftoverServer;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code stoker up}: starts a server in the foreground, and stops it when it is ended itself. */
final class UpCommand {
  private static final String INSTALL = "--install";

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
    useCases.home().take("up " + spec.name()).forEach(note -> terminal.say("note: " + note));
    try {
      refuseLeftovers(useCases, terminal);
      int installed = ensureEngine(session, useCases, spec, parsed.hasMatchedOption(INSTALL));
      return installed == ExitCodes.OK ? new Foreground(session, useCases, spec).run() : installed;
    } finally {
      useCases.home().giveBack();
    }
  }

  /** A server that still lives is the user's to judge; of one that is gone, only the traces go. */
  private static void refuseLeftovers(UseCases useCases, Terminal terminal) {
    List<Leftover> leftovers = useCases.leftovers().find();
    for (Leftover leftover : leftovers) {
      if (leftover.living() > 0) {
        throw new LifecycleException(new LeftoverServer(leftover.description()));
      }
    }
    if (!leftovers.isEmpty()) {
      useCases.leftovers().sweep();
      leftovers.forEach(
          each -> terminal.say("note: removed what was left of " + each.description()));
    }
  }

  private static int ensureEngine(
      Session session, UseCases useCases, ServiceSpec spec, boolean install) {
    try {
      useCases.engines().select(spec.engine());
      return ExitCodes.OK;
    } catch (LifecycleException e) {
      boolean mayInstall = install || session.terminal().isInteractive();
      if (!(e.failure() instanceof EngineNotInstalled) || spec.engine() != null || !mayInstall) {
        throw e;
      }
      session.terminal().say("No vLLM was found.");
      return new Installation(session)
          .install(new InstallRequest("vllm", null, "auto", null), install);
    }
  }
}
