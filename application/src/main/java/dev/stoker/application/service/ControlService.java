package dev.stoker.application.service;

import dev.stoker.application.port.in.ControlAccess;
import dev.stoker.application.port.out.ConfigurationSource;
import dev.stoker.application.port.out.HomeLock;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;

/** Keeps a daemon's address with the lock of its home, and the token beside it. */
final class ControlService implements ControlAccess {
  private static final String ENGINE_KEY = "VLLM_API_KEY";

  private final HomeLock lock;
  private final ConfigurationSource configuration;

  @Inject
  ControlService(HomeLock lock, ConfigurationSource configuration) {
    this.lock = lock;
    this.configuration = configuration;
  }

  @Override
  public String engineKey() {
    return configuration.environment().getOrDefault(ENGINE_KEY, "");
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
