package dev.stoker.application.service;

import dev.stoker.application.port.in.ControlAccess;
import dev.stoker.application.port.out.HomeLock;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;

/** Keeps a daemon's address with the lock of its home, and the token beside it. */
final class ControlService implements ControlAccess {
  private final HomeLock lock;

  @Inject
  ControlService(HomeLock lock) {
    this.lock = lock;
  }

  @Override
  public String newToken() {
    return lock.newToken();
  }

  @Override
  public void announce(URI address) {
    lock.announce(address);
  }

  @Override
  public Optional<Announced> find() {
    return lock.owner()
        .flatMap(
            owner ->
                Optional.ofNullable(owner.address())
                    .flatMap(
                        address ->
                            lock.token().map(token -> new Announced(owner.pid(), address, token))));
  }
}
