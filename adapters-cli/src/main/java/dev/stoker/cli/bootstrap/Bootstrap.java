package dev.stoker.cli.bootstrap;

import dev.stoker.application.Application;
import dev.stoker.application.UseCases;
import dev.stoker.cli.command.CommandTree;
import dev.stoker.cli.command.Session;
import dev.stoker.cli.render.Terminal;
import dev.stoker.infrastructure.Infrastructure;
import dev.stoker.infrastructure.Settings;
import java.util.List;

/** Joins the layers and runs a command. */
public final class Bootstrap {
  private Bootstrap() {}

  /** {@return the exit code of the command that the arguments name} */
  public static int run(String[] arguments) {
    Session session =
        new Session(
            Terminal.ofThisProcess(),
            () -> wire(Settings.ofThisProcess()),
            new Signals(),
            new ExitHooks(),
            List.of());
    return CommandTree.run(session, arguments);
  }

  private static UseCases wire(Settings settings) {
    return Application.wire(Infrastructure.create(settings));
  }
}
