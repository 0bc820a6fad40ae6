package dev.stoker.application.service;

import dev.stoker.application.port.in.HomeOwnership;
import dev.stoker.application.port.out.HomeLock;
import dev.stoker.application.port.out.StateStore;
import dev.stoker.application.port.out.Surroundings;
import dev.stoker.domain.failure.LifecycleException;
import jakarta.inject.Inject;
import java.util.List;

/** Takes a home: first the lock, then the state behind it. */
final class HomeService implements HomeOwnership {
  private final HomeLock lock;
  private final StateStore store;
  private final Surroundings surroundings;

  @Inject
  HomeService(HomeLock lock, StateStore store, Surroundings surroundings) {
    this.surroundings = surroundings;
    this.lock = lock;
    this.store = store;
  }

  @Override
  public List<String> take(String what) {
    lock.acquire(what);
    surroundings.prepare();
    try {
      return store.open();
    } catch (LifecycleException e) {
      lock.release();
      throw e;
    }
  }

  @Override
  public void giveBack() {
    store.close();
    lock.release();
  }
}
