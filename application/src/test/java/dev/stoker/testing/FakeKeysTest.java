package dev.stoker.testing;

import dev.stoker.application.port.out.KeyStore;

class FakeKeysTest extends KeyStoreContract {
  private final FakeKeys keys = new FakeKeys();

  @Override
  protected KeyStore store() {
    return keys;
  }
}
