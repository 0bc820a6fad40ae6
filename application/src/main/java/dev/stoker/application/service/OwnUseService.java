package dev.stoker.application.service;

import dev.stoker.application.OwnCost;
import dev.stoker.application.port.in.OwnUse;
import dev.stoker.application.port.out.HostFacts;
import jakarta.inject.Inject;

/** Asks the machine. */
final class OwnUseService implements OwnUse {
  private final HostFacts host;

  @Inject
  OwnUseService(HostFacts host) {
    this.host = host;
  }

  @Override
  public OwnCost now() {
    return host.ownCost();
  }
}
