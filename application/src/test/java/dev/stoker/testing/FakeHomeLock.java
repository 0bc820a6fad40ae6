package dev.stoker.testing;

import dev.stoker.application.port.out.HomeLock;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A home of one process. */
public final class FakeHomeLock implements HomeLock {
  private @Nullable Owner owner;

  FakeHomeLock() {}

  @Override
  public void acquire(String what) {
    owner = new Owner(1, what, null);
  }

  @Override
  public void announce(URI address) {
    owner = new Owner(1, owner == null ? "" : owner.what(), address);
  }

  @Override
  public Optional<Owner> owner() {
    return Optional.ofNullable(owner);
  }

  @Override
  public String newToken() {
    return "token";
  }

  @Override
  public Optional<String> token() {
    return Optional.of("token");
  }

  @Override
  public void release() {
    owner = null;
  }
}
