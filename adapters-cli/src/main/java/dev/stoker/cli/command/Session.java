package dev.stoker.cli.command;

import dev.stoker.application.UseCases;
import dev.stoker.application.port.in.RunningServices;
import dev.stoker.cli.render.Terminal;
import dev.stoker.domain.failure.ControlFailure.NoDaemon;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.http.HttpAdapter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every command works with.
 *
 * @param terminal where it prints and asks
 * @param useCases the application, wired when first asked for: help needs none of it
 * @param signals where signals come from
 * @param exitHook what is run at an end nobody foresaw
 * @param serverArguments what stands behind {@code --}
 */
public record Session(
    Terminal terminal,
    Supplier<UseCases> useCases,
    SignalSource signals,
    ExitHook exitHook,
    List<String> serverArguments) {
  /** Copies the list. */
  public Session {
    serverArguments = List.copyOf(serverArguments);
  }

  /** {@return the daemon of this home, if one was announced; it may have died since} */
  Optional<RunningServices> announced() {
    return useCases.get().controlAccess().find().map(HttpAdapter::connect);
  }

  /**
   * {@return the daemon of this home}
   *
   * @throws LifecycleException with {@code NoDaemon} when none was announced
   */
  RunningServices daemon() {
    return announced()
        .orElseThrow(() -> new LifecycleException(new NoDaemon("this home: none was started")));
  }

  /**
   * {@return what the daemon of this home answers; empty where there is none, or it died}
   *
   * @param question what it is asked
   */
  <T> Optional<T> ifAnswering(Function<RunningServices, T> question) {
    try {
      return announced().map(question);
    } catch (LifecycleException e) {
      if (e.failure() instanceof NoDaemon) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
