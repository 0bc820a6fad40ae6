package dev.stoker.testing;

import dev.stoker.application.Incident;
import dev.stoker.application.port.out.IncidentHook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers who was told of what; fails as often as a test says. */
public final class FakeHooks implements IncidentHook {
  private final List<String> told = new ArrayList<>();
  private final List<Incident> incidents = new ArrayList<>();
  private int failures;

  FakeHooks() {}

  /** So many of the next calls fail. */
  public void fail(int calls) {
    failures = calls;
  }

  /** {@return whom it tried to tell, in order} */
  public List<String> told() {
    return List.copyOf(told);
  }

  /** {@return of what} */
  public List<Incident> incidents() {
    return List.copyOf(incidents);
  }

  @Override
  public Optional<String> run(String command, Incident incident, Duration limit) {
    return tell(command, incident);
  }

  @Override
  public Optional<String> post(String url, Incident incident, Duration limit) {
    return tell(url, incident);
  }

  private Optional<String> tell(String whom, Incident incident) {
    told.add(whom);
    incidents.add(incident);
    failures--;
    return failures >= 0 ? Optional.of("told to fail") : Optional.empty();
  }
}
