package dev.stoker.application.port.out;

import dev.stoker.application.ClientKey;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where keys of clients are kept, readable by their user alone. Safe for any thread and for several
 * processes; throws {@code LifecycleException} when it cannot be used.
 */
public interface KeyStore {
  /** {@return all of them, as they were at most a second ago; most often costs nothing} */
  List<ClientKey> keys();

  /** Makes them others, as one: nobody changes them meanwhile, and nobody reads half of it. */
  void change(UnaryOperator<List<ClientKey>> change);
}
