package dev.stoker.testing;

import dev.stoker.application.ClientKey;
import dev.stoker.application.port.out.KeyStore;
import dev.stoker.domain.failure.LifecycleException;
import dev.stoker.domain.failure.StokerFailure.StateUnusable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keys in memory. */
public final class FakeKeys implements KeyStore {
  private volatile List<ClientKey> keys = List.of();
  private volatile @Nullable String broken;

  /** From now on it cannot be used. */
  public void breakWith(String file) {
    broken = file;
  }

  @Override
  public List<ClientKey> keys() {
    String file = broken;
    if (file != null) {
      throw new LifecycleException(new StateUnusable(file, "cannot be read"));
    }
    return keys;
  }

  @Override
  public synchronized void change(UnaryOperator<List<ClientKey>> change) {
    keys = List.copyOf(change.apply(keys()));
  }
}
