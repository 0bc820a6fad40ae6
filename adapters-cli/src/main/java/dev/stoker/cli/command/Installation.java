package dev.stoker.cli.command;

import dev.stoker.application.EngineInfo;
import dev.stoker.application.InstallRequest;
import dev.stoker.application.port.in.EngineCatalogue;
import dev.stoker.cli.ExitCodes;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.LifecycleException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Installs an engine for a person: says what it takes, asks, shows progress, obeys Ctrl-C. */
final class Installation {
  private final Session session;
  private final Terminal terminal;

  Installation(Session session) {
    this.session = session;
    this.terminal = session.terminal();
  }

  int install(InstallRequest request, boolean sure) {
    EngineCatalogue engines = session.useCases().get().engines();
    Optional<EngineInfo> present = present(engines, request);
    if (present.isPresent()) {
      terminal.result(
          "Already installed: " + present.get().describe() + " in " + present.get().python());
      return ExitCodes.OK;
    }
    List<String> plan = engines.describe(request);
    plan.forEach(terminal::say);
    if (terminal.isInteractive() && !sure && !terminal.confirm("Install it?")) {
      return ExitCodes.DECLINED;
    }
    AtomicInteger signal = new AtomicInteger();
    Thread installer = Thread.currentThread();
    session
        .signals()
        .listen(
            number -> {
              signal.set(number);
              installer.interrupt();
            });
    try {
      EngineInfo engine = engines.install(request, terminal::say);
      if (signal.get() != 0) {
        // It came when there was nothing left to interrupt: the engine stays, nothing is started.
        Thread.interrupted();
        return ExitCodes.SIGNAL_BASE + signal.get();
      }
      terminal.result("Installed " + engine.describe() + ".");
      return ExitCodes.OK;
    } catch (LifecycleException e) {
      if (signal.get() == 0) {
        throw e;
      }
      terminal.say("Interrupted; nothing of it was left.");
      return ExitCodes.SIGNAL_BASE + signal.get();
    }
  }

  /** The same version, or any of ours where none was asked for. */
  private static Optional<EngineInfo> present(EngineCatalogue engines, InstallRequest request) {
    return engines.engines().stream()
        .filter(EngineInfo::owned)
        .filter(engine -> request.version() == null || engine.version().equals(request.version()))
        .filter(
            engine -> request.device().equals("auto") || engine.device().equals(request.device()))
        .findFirst();
  }
}
