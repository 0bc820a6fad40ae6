package dev.stoker.cli.command;

import dev.stoker.application.UseCases;
import dev.stoker.cli.render.Terminal;
import java.util.List;
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
}
