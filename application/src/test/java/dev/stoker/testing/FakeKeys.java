package dev.stoker.testing;

import dev.stoker.application.ClientKey;
import dev.stoker.application.port.out.KeyStore;
import java.util.List;
import java.util.function.UnaryOperator;

/** Keys in memory. */
public final class FakeKeys implements KeyStore {
  private volatile List<ClientKey> keys = List.of();

  @Override
  public List<ClientKey> keys() {
    return keys;
  }

  @Override
  public synchronized void change(UnaryOperator<List<ClientKey>> change) {
    keys = List.copyOf(change.apply(keys));
  }
}
