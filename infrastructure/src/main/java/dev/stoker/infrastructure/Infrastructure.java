package dev.stoker.infrastructure;

import dev.stoker.application.port.out.DrivenPorts;

/** The way in: the outside world as the application needs it. */
public final class Infrastructure {
  private Infrastructure() {}

  /** {@return the adapters for this machine; nothing is touched before one is used} */
  public static DrivenPorts create(Settings settings) {
    return DaggerInfrastructureComponent.factory().create(settings);
  }
}
