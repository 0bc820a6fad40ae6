package dev.stoker.application.service;

import dev.stoker.application.port.out.StateStore;
import dev.stoker.testing.InMemoryStateStore;
import dev.stoker.testing.StateStoreContract;

class InMemoryStateStoreTest extends StateStoreContract {
  private final InMemoryStateStore store = new InMemoryStateStore();

  @Override
  protected StateStore open() {
    return store;
  }
}
