package dev.stoker.application.port.out;

import dev.stoker.application.Incident;
import java.time.Duration;
import java.util.Optional;

/** Tells somebody else of an incident. Calls block, at most the limit. */
public interface IncidentHook {
  /**
   * Runs a command by the shell, with the incident as JSON on its standard input.
   *
   * @return what went wrong, empty where nothing did
   */
  Optional<String> run(String command, Incident incident, Duration limit);

  /**
   * Posts the incident as JSON.
   *
   * @return what went wrong, empty where the answer was 2xx
   */
  Optional<String> post(String url, Incident incident, Duration limit);
}
