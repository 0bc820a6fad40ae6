package dev.stoker.application;

import dev.stoker.application.port.out.DrivenPorts;

/** Joins the use cases to the outside world; the way in for every adapter and embedding program. */
public final class Application {
  private Application() {}

  /**
   * Wires the use cases. Touches nothing: no file, process or thread.
   *
   * @param ports the outside world
   * @return the use cases
   */
  public static UseCases wire(DrivenPorts ports) {
    return DaggerApplicationComponent.factory().create(ports);
  }
}
